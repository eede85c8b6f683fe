// Where the client's loop leaves what it completed, for a main thread that waits in poll().
#pragma once

#include <mutex>
#include <optional>

#include <zenws/client.hpp>

namespace zenws::program {

// Threads: any. Shared with the completions, which may outlive the wait.
class Inbox {
 public:
  Inbox();
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  void put(Result<Client> opened);
  void put(Result<OwnedMessage> message);

  [[nodiscard]] std::optional<Result<Client>> take_opened();
  [[nodiscard]] std::optional<Result<OwnedMessage>> take_message();

  // Readable from a put() to the next clear(); for poll().
  [[nodiscard]] int descriptor() const noexcept { return wake_; }
  void clear();

 private:
  void wake();

  const int wake_;
  std::mutex mutex_;
  std::optional<Result<Client>> opened_;
  std::optional<Result<OwnedMessage>> message_;
};

}  // namespace zenws::program

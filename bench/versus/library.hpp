// What the works need of a WebSocket library, whichever it is: connections on a loop, messages in and out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "place.hpp"

namespace bench {

// What one process is to do.
struct Job {
  std::string work = {};
  Place place = {};
  std::uint64_t messages = 1;
  std::size_t size = 200;
  std::size_t connections = 1;
  std::size_t loops = 1;
  int seconds = 1;
  [[nodiscard]] bool is_tls() const noexcept { return !place.certificate.empty(); }
};

// What it measured, by name.
using Figures = std::map<std::string, double>;

// An open connection. Lives as long as its Library.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  // On the loop.
  virtual void send(std::string_view text) = 0;
  // On any other thread. Waits while most_queued bytes or more are on their way.
  virtual void send_from_thread(std::string_view text) = 0;
};

inline constexpr std::size_t most_queued = std::size_t{4} << 20U;

// What a connection tells, on its loop.
class Events {
 public:
  virtual void opened(Connection&) {}
  virtual void message(Connection&, std::string_view) {}
  // Lost; the Connection is not used any more.
  virtual void closed() { fail("a connection was lost"); }

  // Ends the process: a figure of a run that went wrong would be none.
  [[noreturn]] static void fail(std::string_view why);

 protected:
  ~Events() = default;
};

class Library {
 public:
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  virtual ~Library() = default;

  // Any thread: has `task` called on the loop, or at once when any thread may open and send.
  virtual void on_loop(std::function<void()> task) = 0;
  // On the loop. `events` lives until run() has returned.
  virtual void open(const std::string& target, Events& events) = 0;
  // Returns after stop(), when nothing is told any more.
  virtual void run() = 0;
  // On any thread.
  virtual void stop() = 0;
  // True: a lost connection opens again by itself, and is told by opened() once more.
  [[nodiscard]] virtual bool reconnects() const noexcept { return false; }
  // True: it has parsed the JSON of the messages that it tells.
  [[nodiscard]] virtual bool decodes() const noexcept { return false; }
};

// Each program defines these two.
[[nodiscard]] std::unique_ptr<Library> make_library(const Job& job);
// Works that this library does in a way of its own; nullopt: none of that name.
[[nodiscard]] std::optional<Figures> run_own(const Job& job);

}  // namespace bench

// A far end whose every byte the test chooses: it answers the upgrade, then does what it is told, a thread a
// connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "testing/certificate.hpp"

struct ssl_st;

namespace zenws::test {

class FarEnd {
 public:
  // One connection; blocking, each call for ten seconds at the most.
  class Wire {
   public:
    // False when the peer has gone, or the test is over.
    bool write(std::string_view bytes);
    // Empty at the end.
    std::string read();
    bool read_until(std::string_view text);
    // The test is.
    [[nodiscard]] bool is_over() const noexcept { return far_end_.over_; }
    // Ends by RST.
    void reset();
    // Ends what is written; reads what the peer still says.
    void end();
    [[nodiscard]] ssl_st* tls() const noexcept { return ssl_; }
    [[nodiscard]] int descriptor() const noexcept { return fd_; }

   private:
    friend class FarEnd;
    Wire(FarEnd& far_end, int fd, ssl_st* ssl) noexcept : far_end_{far_end}, fd_{fd}, ssl_{ssl} {}
    FarEnd& far_end_;
    int fd_;
    ssl_st* ssl_;
  };
  using Talk = std::function<void(Wire& wire)>;

  // `talk` runs once the upgrade was answered; the connection's FIN follows.
  explicit FarEnd(Talk talk, bool tls = false);
  // Ends all connections.
  ~FarEnd();
  FarEnd(const FarEnd&) = delete;
  FarEnd& operator=(const FarEnd&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] const std::string& ca_pem() const noexcept { return identity_.ca_pem; }

 private:
  void accept();
  void serve(int fd);
  void close(int fd);

  const Talk talk_;
  const bool tls_;
  testing::Identity identity_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::set<int> open_;              // guarded; descriptors of connections
  std::list<std::thread> threads_;  // the accepting thread's, then the destructor's
  std::thread accepting_;
};

}  // namespace zenws::test

// The neutral server's loop: raw epoll, one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "server/certificate.hpp"
#include "server/peer.hpp"
#include "wire.hpp"

namespace bench {

class Server {
 public:
  // Listens, plain and with TLS. `certificate_file`: where clients find what to trust; empty: nowhere.
  explicit Server(const std::string& certificate_file);

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint16_t tls_port() const;
  [[noreturn]] void run();

 private:
  using Clock = std::chrono::steady_clock;
  struct Ticking {
    int number;
    std::uint64_t serial;
  };

  void watch(int operation, int number, std::uint32_t events) const;
  void accept_all(const Descriptor& listener, SSL_CTX* tls);
  bool accept_one(const Descriptor& listener, SSL_CTX* tls);
  void serve(Peer& peer, std::uint32_t events);
  void settle(Peer& peer, bool stays, bool was_blocked);
  void begin_ticking(const Peer& peer);
  void tick_all();
  void drop_all();
  [[nodiscard]] int wait() const;

  Descriptor epoll_;
  Descriptor listener_;
  Descriptor tls_listener_;
  TlsContext tls_;
  std::map<int, std::unique_ptr<Peer>> peers_;
  std::uint64_t accepted_ = 0;
  std::uint64_t ticking_ = 0;
  std::multimap<Clock::time_point, Ticking> ticks_;
};

}  // namespace bench

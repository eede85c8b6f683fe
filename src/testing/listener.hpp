// Accepts connections and knows which are there.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <zenws/testing/server.hpp>

#include "net/loop.hpp"
#include "net/network.hpp"
#include "net/openssl.hpp"
#include "testing/certificate.hpp"
#include "testing/connection.hpp"

namespace zenws::testing {

// Threads: the loop's only, but for port() and common().
// Lifetime: the loop outlives it; call close() before the loop ends.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  // Listens, and serves who connects. `identity` null: without TLS.
  static Result<std::shared_ptr<Listener>> open(net::Loop& loop, ServerOptions options, const Identity* identity);
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::shared_ptr<Common>& common() const noexcept { return common_; }

  void set_faults(Faults faults);
  void set_script(Script script);
  // Null: that one is not open.
  [[nodiscard]] std::shared_ptr<Connection> find_open(std::uint64_t connection) const;
  // Copies: what is done to a connection may end it.
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> open_connections() const;
  // Calls `f` after `delay`, unless we are closed before.
  void call_after(std::chrono::milliseconds delay, std::function<void()> f);
  // Takes no more connections; those that are there stay. Idempotent.
  void close_door();
  // Stops listening and drops every connection. Idempotent.
  void close();

 private:
  Listener(net::Loop& loop, ServerOptions options);
  Result<> listen(const std::string& address, std::uint16_t port);
  Result<> use_tls(const Identity& identity);
  void serve(std::unique_ptr<net::Transport> transport);
  [[nodiscard]] std::unique_ptr<Channel> make_channel(std::unique_ptr<net::Transport> transport) const;

  net::Loop& loop_;
  std::unique_ptr<net::Network::Acceptor> acceptor_;  // null: the door is closed
  net::SslContextPtr tls_;                            // null: without
  std::uint16_t port_ = 0;
  std::shared_ptr<Common> common_;
  std::shared_ptr<const Faults> faults_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::list<std::unique_ptr<net::Timer>> calls_;  // what call_after() promised
  bool closed_ = false;
};

}  // namespace zenws::testing

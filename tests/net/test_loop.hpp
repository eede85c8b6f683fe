// A loop that the test itself drives, on its own thread, and connected sockets to go with it.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <zenws/asio.hpp>

#include "net/loop.hpp"
#include "net/nested_driver.hpp"
#include "net/socket_network.hpp"

namespace zenws::net::tests {

using boost::asio::ip::tcp;
using Socket = tcp::socket;
using namespace std::chrono_literals;

// Far more than anything here needs: reached only by a bug.
inline constexpr auto patience = 10s;

inline std::shared_ptr<Loop> nested_loop(boost::asio::io_context& io) {
  auto driver = std::make_unique<NestedDriver>(std::make_shared<AsioHost>(io));
  NestedDriver& drives = *driver;
  auto loop = std::make_shared<Loop>(std::move(driver));
  drives.drive(loop);
  return loop;
}

// A socket of Asio's as the library's own. Requires: it is connected.
inline std::unique_ptr<Transport> adopt(Loop& loop, Socket socket) {
  socket.non_blocking(true);
  auto adopted = static_cast<SocketNetwork&>(loop.network()).adopt(loop, Descriptor{socket.release()});
  return *std::move(adopted);
}

inline Endpoint endpoint_of(const tcp::endpoint& from) { return *Endpoint::from(*from.data()); }

struct TestLoop {
  TestLoop() = default;
  TestLoop(const TestLoop&) = delete;
  TestLoop& operator=(const TestLoop&) = delete;
  ~TestLoop() {
    loop->end();
    io.restart();
    io.poll();
  }

  // Runs the loop until `done()`; false when patience ended first.
  template <class F>
  bool run_until(F done) {
    const auto deadline = Clock::now() + patience;
    while (!done() && Clock::now() < deadline) {
      io.restart();
      io.run_one_for(20ms);
    }
    return done();
  }
  // Everything that is ready now.
  void run_ready() {
    io.restart();
    io.poll();
  }

  boost::asio::io_context io;
  std::shared_ptr<Loop> loop = nested_loop(io);
};

// A bound port on 127.0.0.1; connections wait in its backlog until accept().
class Listener {
 public:
  explicit Listener(boost::asio::io_context& io)
      : io_(io), acceptor_(io, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}) {}
  [[nodiscard]] tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
  [[nodiscard]] std::uint16_t port() const { return endpoint().port(); }
  // Blocks: a connection must be on its way.
  Socket accept() {
    Socket socket{io_};
    acceptor_.accept(socket);
    return socket;
  }

 private:
  boost::asio::io_context& io_;
  tcp::acceptor acceptor_;
};

// A port where nobody listens.
inline tcp::endpoint closed_port(boost::asio::io_context& io) { return Listener{io}.endpoint(); }

// Two ends of one TCP connection on loopback, the first connected as the library does it.
inline std::pair<Socket, Socket> connected_pair(boost::asio::io_context& io) {
  Listener listener{io};
  Socket near{io};
  bool connected = false;
  near.async_connect(listener.endpoint(), [&](const boost::system::error_code& error) { connected = !error; });
  while (!connected) io.run_one();
  io.restart();
  return {std::move(near), listener.accept()};
}

inline int option_of(int socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(socket, level, name, &value, &size);
  return value;
}

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span{text}); }
inline std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace zenws::net::tests

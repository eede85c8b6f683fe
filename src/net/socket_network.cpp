#include "net/socket_network.hpp"

#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

#include "net/loop.hpp"
#include "net/resolver_pool.hpp"
#include "net/socket.hpp"
#include "net/tcp_transport.hpp"

namespace zenws::net {
namespace {

std::unexpected<std::error_code> failed() { return std::unexpected{std::error_code{errno, std::system_category()}}; }

Descriptor open_socket(int family) {
  return Descriptor{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP)};
}

// A connection on its way; the transport is made first, so that its socket is registered once.
class Connecting final : public Network::Task {
 public:
  Connecting(std::unique_ptr<TcpTransport> transport, Network::Connected connected)
      : transport_{std::move(transport)}, connected_{std::move(connected)} {
    transport_->wait_writable([this] { finish(); });
  }

 private:
  // The last thing that it does: who is told usually destroys it.
  void finish() {
    const std::error_code error = transport_->connect_error();
    auto connected = std::move(connected_);
    auto transport = std::move(transport_);
    if (error) return connected(std::unexpected{error});
    connected(std::move(transport));
  }

  std::unique_ptr<TcpTransport> transport_;
  Network::Connected connected_;
};

// Takes what waits, a few at a time: others wait too.
class Accepting final : public Network::Acceptor {
 public:
  Accepting(SocketNetwork& network, Loop& loop, Descriptor socket, Reactor& reactor, Network::Connected accepted)
      : network_{network},
        loop_{loop},
        socket_{std::move(socket)},
        accepted_{std::move(accepted)},
        watch_{loop, reactor} {}

  std::error_code start() {
    if (const auto error = watch_.start(socket_.number())) return error;
    wait();
    return {};
  }
  [[nodiscard]] std::uint16_t port() const noexcept override {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    auto& address = reinterpret_cast<sockaddr&>(storage);
    if (::getsockname(socket_.number(), &address, &size) != 0) return 0;
    const auto endpoint = Endpoint::from(address);
    return endpoint ? endpoint->port() : 0;
  }

 private:
  void wait() {
    watch_.wait_readable([this] { accept_some(); });
  }

  void accept_some() {
    const std::weak_ptr alive{alive_};
    for (int i = 0; i < at_once; ++i) {
      Descriptor socket{::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
      if (socket.number() < 0) {
        const int error = errno;
        if (error == EAGAIN || error == EWOULDBLOCK) watch_.blocked();
        if (is_lack(error)) return later(error);
        break;
      }
      accepted_(network_.adopt(loop_, std::move(socket)));
      if (alive.expired()) return;
    }
    wait();
  }

  // No edge will tell when the process has descriptors again.
  void later(int error) {
    retry_.arm(Clock::now() + retry_interval);
    accepted_(std::unexpected{std::error_code{error, std::system_category()}});
  }

  // Not a connection that went while it waited (accept(2)).
  static bool is_lack(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

  static constexpr int at_once = 64;
  static constexpr std::chrono::milliseconds retry_interval{10};

  SocketNetwork& network_;
  Loop& loop_;
  const Descriptor socket_;
  Network::Connected accepted_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  Timer retry_{loop_.timers(), [this] { accept_some(); }};
  Watch watch_;
};

}  // namespace

Result<> SocketNetwork::resolve(const std::string& host, const std::weak_ptr<Asker>& asker) {
  return ResolverPool::shared().ask(host, asker);
}

Network::Or<Network::Task> SocketNetwork::connect(Loop& loop, const Endpoint& to, Connected connected) {
  Descriptor socket = open_socket(to.family());
  if (socket.number() < 0) return failed();
  set_option(socket.number(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (::connect(socket.number(), to.data(), to.size()) != 0 && errno != EINPROGRESS) return failed();
  auto transport = std::make_unique<TcpTransport>(loop, reactor_, std::move(socket));
  if (const auto error = transport->start()) return std::unexpected{error};
  return std::make_unique<Connecting>(std::move(transport), std::move(connected));
}

Network::Or<Network::Acceptor> SocketNetwork::listen(Loop& loop, const Endpoint& at, Connected accepted) {
  Descriptor socket = open_socket(at.family());
  if (socket.number() < 0) return failed();
  // Who starts again finds its port free, although old connections linger in TIME_WAIT.
  set_option(socket.number(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (::bind(socket.number(), at.data(), at.size()) != 0) return failed();
  if (::listen(socket.number(), SOMAXCONN) != 0) return failed();
  auto acceptor = std::make_unique<Accepting>(*this, loop, std::move(socket), reactor_, std::move(accepted));
  if (const auto error = acceptor->start()) return std::unexpected{error};
  return acceptor;
}

Network::Or<Transport> SocketNetwork::adopt(Loop& loop, Descriptor socket) {
  set_option(socket.number(), IPPROTO_TCP, TCP_NODELAY, 1);
  auto transport = std::make_unique<TcpTransport>(loop, reactor_, std::move(socket));
  if (const auto error = transport->start()) return std::unexpected{error};
  return transport;
}

}  // namespace zenws::net

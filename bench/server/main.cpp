// bench_server: the neutral far end. Raw epoll, one thread; prints its port, runs until it is killed or bored.
#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "server/peer.hpp"
#include "wire.hpp"

namespace bench {

namespace {

// Whoever started it may have died without ending it.
constexpr unsigned longest_life_seconds = 900;

class Server {
 public:
  Server();
  [[nodiscard]] std::uint16_t port() const;
  [[noreturn]] void run();

 private:
  void watch(int operation, int number, std::uint32_t events) const;
  void accept_one();
  void serve(Peer& peer, std::uint32_t events);

  Descriptor epoll_;
  Descriptor listener_;
  std::map<int, std::unique_ptr<Peer>> peers_;
};

Server::Server()
    : epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
      listener_{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")} {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  checked(::listen(listener_.number(), SOMAXCONN), "listen");
  watch(EPOLL_CTL_ADD, listener_.number(), EPOLLIN);
}

std::uint16_t Server::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

void Server::run() {
  std::array<epoll_event, 64> events;
  for (;;) {
    const int count = ::epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events.at(static_cast<std::size_t>(i));
      if (event.data.fd == listener_.number()) {
        accept_one();
      } else {
        serve(*peers_.at(event.data.fd), event.events);
      }
    }
  }
}

void Server::watch(int operation, int number, std::uint32_t events) const {
  epoll_event event{.events = events, .data = {.fd = number}};
  checked(::epoll_ctl(epoll_.number(), operation, number, &event), "epoll_ctl");
}

void Server::accept_one() {
  Descriptor socket{checked(::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC), "accept4")};
  const int number = socket.number();
  const int on = 1;
  checked(::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  watch(EPOLL_CTL_ADD, number, EPOLLIN);
  peers_.emplace(number, std::make_unique<Peer>(std::move(socket)));
}

void Server::serve(Peer& peer, std::uint32_t events) {
  const bool was_blocked = peer.is_blocked();
  bool stays = true;
  if ((events & EPOLLOUT) != 0) stays = peer.on_writable();
  if (stays && (events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) stays = peer.on_readable();
  if (!stays) {
    peers_.erase(peer.number());
  } else if (peer.is_blocked() != was_blocked) {
    watch(EPOLL_CTL_MOD, peer.number(), EPOLLIN | (peer.is_blocked() ? EPOLLOUT : 0U));
  }
}

}  // namespace

}  // namespace bench

int main() {
  try {
    ::alarm(bench::longest_life_seconds);
    bench::Server server;
    fmt::print("{}\n", server.port());
    std::fflush(stdout);
    server.run();
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bench_server: {}\n", failure.what());
    return 1;
  }
}

// Accepting, serving, ticking, dropping.
#include "server/server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace bench {

namespace {

using namespace std::chrono_literals;

constexpr auto tick_period = 1s;

Descriptor listen_on_any_port() {
  Descriptor listener{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket")};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  checked(::listen(listener.number(), SOMAXCONN), "listen");
  return listener;
}

std::uint16_t port_of(const Descriptor& listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

}  // namespace

Server::Server(const std::string& certificate_file)
    : epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
      listener_{listen_on_any_port()},
      tls_listener_{listen_on_any_port()},
      tls_{make_tls_context(certificate_file)} {
  watch(EPOLL_CTL_ADD, listener_.number(), EPOLLIN);
  watch(EPOLL_CTL_ADD, tls_listener_.number(), EPOLLIN);
}

std::uint16_t Server::port() const { return port_of(listener_); }
std::uint16_t Server::tls_port() const { return port_of(tls_listener_); }

void Server::run() {
  std::array<epoll_event, 256> events;
  for (;;) {
    const int count = ::epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), wait());
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events.at(static_cast<std::size_t>(i));
      if (event.data.fd == listener_.number()) {
        accept_all(listener_, nullptr);
      } else if (event.data.fd == tls_listener_.number()) {
        accept_all(tls_listener_, tls_.get());
      } else if (const auto found = peers_.find(event.data.fd); found != peers_.end()) {  // else just dropped
        serve(*found->second, event.events);
      }
    }
    tick_all();
  }
}

void Server::watch(int operation, int number, std::uint32_t events) const {
  epoll_event event{.events = events, .data = {.fd = number}};
  checked(::epoll_ctl(epoll_.number(), operation, number, &event), "epoll_ctl");
}

void Server::accept_all(const Descriptor& listener, SSL_CTX* tls) {
  while (accept_one(listener, tls)) {
  }
}

bool Server::accept_one(const Descriptor& listener, SSL_CTX* tls) {
  Descriptor socket{::accept4(listener.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
  const int number = socket.number();
  if (number < 0 && errno == EAGAIN) return false;
  checked(number, "accept4");
  const int on = 1;
  checked(::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  watch(EPOLL_CTL_ADD, number, EPOLLIN);
  peers_.emplace(number, std::make_unique<Peer>(Stream{std::move(socket), tls}, ++accepted_));
  return true;
}

void Server::serve(Peer& peer, std::uint32_t events) {
  const bool was_blocked = peer.is_blocked();
  const bool was_open = peer.is_open();
  bool stays = true;
  if ((events & EPOLLOUT) != 0) stays = peer.on_writable();
  if (stays && (events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) stays = peer.on_readable();
  if (!was_open && peer.is_open() && peer.mode() == Mode::tick) begin_ticking(peer);
  const bool drops = peer.mode() == Mode::drop && peer.has_begun();
  settle(peer, stays && !drops, was_blocked);
  if (drops) drop_all();
}

void Server::settle(Peer& peer, bool stays, bool was_blocked) {
  if (!stays) {
    peers_.erase(peer.number());
  } else if (peer.is_blocked() != was_blocked) {
    watch(EPOLL_CTL_MOD, peer.number(), EPOLLIN | (peer.is_blocked() ? EPOLLOUT : 0U));
  }
}

// The golden ratio spreads any number of clients evenly over the period, in whatever order they come.
void Server::begin_ticking(const Peer& peer) {
  double whole = 0;
  const double share = std::modf(static_cast<double>(++ticking_) * 0.6180339887498949, &whole);
  const auto first = std::chrono::duration_cast<Clock::duration>(share * tick_period);
  ticks_.emplace(Clock::now() + first, Ticking{peer.number(), peer.serial()});
}

void Server::tick_all() {
  const Clock::time_point now = Clock::now();
  while (!ticks_.empty() && ticks_.begin()->first <= now) {
    const auto [due, ticking] = *ticks_.begin();
    ticks_.erase(ticks_.begin());
    const auto found = peers_.find(ticking.number);
    if (found == peers_.end() || found->second->serial() != ticking.serial) continue;
    ticks_.emplace(due + tick_period, ticking);
    Peer& peer = *found->second;
    const bool was_blocked = peer.is_blocked();
    settle(peer, peer.tick(), was_blocked);
  }
}

void Server::drop_all() {
  std::erase_if(peers_, [](const auto& peer) { return peer.second->mode() == Mode::hold; });
}

// Milliseconds until the next tick, rounded up.
int Server::wait() const {
  if (ticks_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(ticks_.begin()->first - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

}  // namespace bench

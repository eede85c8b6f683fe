// Opening one after another, and walking what comes in.
#include "versus/floor_loops.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <thread>

namespace bench {

class FloorLoops::Socket final : public Connection {
 public:
  Socket(const Place& place, std::string_view target, Events& told)
      : bare{std::make_unique<BareConnection>(place, target)}, events{told} {}

  void send(std::string_view text) override { bare->send_text(text); }
  void send_from_thread(std::string_view text) override { send(text); }

  std::unique_ptr<BareConnection> bare;  // null: lost
  Events& events;
  std::vector<std::byte> rest;  // received, and not yet a whole frame
};

FloorLoops::FloorLoops(const Job& job) : job_{job}, wake_{checked(::eventfd(0, EFD_CLOEXEC), "eventfd")} {
  for (std::size_t i = 0; i < job.loops; ++i) {
    loops_.emplace_back(Descriptor{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
                        std::vector<std::byte>(receive_size));
    epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
    checked(::epoll_ctl(loops_.back().epoll.number(), EPOLL_CTL_ADD, wake_.number(), &event), "epoll_ctl");
  }
}

FloorLoops::~FloorLoops() = default;

void FloorLoops::open(const std::string& target, Events& events) {
  const std::scoped_lock lock{mutex_};
  wished_.push_back({target, &events});
}

void FloorLoops::run() {
  std::vector<std::jthread> threads;
  for (Loop& loop : std::ranges::subrange(loops_.begin() + 1, loops_.end())) {
    threads.emplace_back([this, &loop] { serve(loop, false); });
  }
  serve(loops_.front(), true);
}

void FloorLoops::stop() {
  stopped_ = true;
  const std::uint64_t one = 1;
  checked(::write(wake_.number(), &one, sizeof one), "eventfd");  // nobody reads it: all wake
}

void FloorLoops::serve(Loop& loop, bool opens) {
  std::array<epoll_event, 256> events;
  for (;;) {
    if (opens) open_wished();
    if (stopped_) return;
    const int count = ::epoll_wait(loop.epoll.number(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events.at(static_cast<std::size_t>(i));
      if (event.data.ptr != nullptr) on_readable(loop, *static_cast<Socket*>(event.data.ptr));
    }
  }
}

void FloorLoops::open_wished() {
  for (;;) {
    std::vector<Wish> wishes;
    {
      const std::scoped_lock lock{mutex_};
      wishes.swap(wished_);
    }
    if (wishes.empty()) return;
    for (const Wish& wish : wishes) {
      Socket& socket = sockets_.emplace_back(job_.place, wish.target, *wish.events);
      wish.events->opened(socket);
      const Loop& loop = loops_.at(sockets_.size() % loops_.size());
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &socket}};
      checked(::epoll_ctl(loop.epoll.number(), EPOLL_CTL_ADD, socket.bare->number(), &event), "epoll_ctl");
    }
  }
}

void FloorLoops::on_readable(Loop& loop, Socket& socket) {
  if (loop.buffer.size() < socket.rest.size() + receive_size) loop.buffer.resize(socket.rest.size() + receive_size);
  std::ranges::copy(socket.rest, loop.buffer.begin());
  const std::size_t got = socket.bare->receive_some(std::span{loop.buffer}.subspan(socket.rest.size(), receive_size));
  if (got == 0) {
    socket.bare.reset();
    return socket.events.closed();
  }
  const std::span<std::byte> bytes = std::span{loop.buffer}.first(socket.rest.size() + got);
  const std::size_t taken = walk_frames(bytes, [&socket](const FrameHeader&, std::span<const std::byte> payload) {
    socket.events.message(socket, {reinterpret_cast<const char*>(payload.data()), payload.size()});
  });
  socket.rest.assign(bytes.begin() + static_cast<std::ptrdiff_t>(taken), bytes.end());
}

}  // namespace bench

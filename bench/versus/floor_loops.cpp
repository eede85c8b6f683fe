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

FloorLoops::FloorLoops(const Job& job) : job_{job} {
  for (std::size_t i = 0; i < job.loops; ++i) {
    const Loop& loop = loops_.emplace_back(Descriptor{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
                                           Descriptor{checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")},
                                           std::vector<std::byte>(receive_size));
    epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
    checked(::epoll_ctl(loop.epoll.number(), EPOLL_CTL_ADD, loop.wake.number(), &event), "epoll_ctl");
  }
}

FloorLoops::~FloorLoops() = default;

void FloorLoops::on_loop(std::function<void()> task) {
  {
    const std::scoped_lock lock{mutex_};
    wished_.push_back(std::move(task));
  }
  wake(loops_.front());
}

// Later: what opens one connection after another from opened() would call itself as often.
void FloorLoops::open(const std::string& target, Events& events) {
  on_loop([this, target, &events] { open_now(target, events); });
}

void FloorLoops::run() {
  std::vector<std::jthread> threads;
  for (Loop& loop : std::ranges::subrange(loops_.begin() + 1, loops_.end())) {
    threads.emplace_back([this, &loop] { serve(loop); });
  }
  serve(loops_.front());
}

void FloorLoops::stop() {
  stopped_ = true;
  for (const Loop& loop : loops_) wake(loop);
}

void FloorLoops::wake(const Loop& loop) {
  const std::uint64_t one = 1;
  checked(::write(loop.wake.number(), &one, sizeof one), "eventfd");
}

void FloorLoops::serve(Loop& loop) {
  std::array<epoll_event, 256> events;
  while (!stopped_) {
    const int count = ::epoll_wait(loop.epoll.number(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events.at(static_cast<std::size_t>(i));
      if (event.data.ptr != nullptr) {
        on_readable(loop, *static_cast<Socket*>(event.data.ptr));
      } else {
        woken(loop);
      }
    }
  }
}

void FloorLoops::woken(const Loop& loop) {
  std::uint64_t times = 0;
  checked(::read(loop.wake.number(), &times, sizeof times), "eventfd");
  if (&loop != &loops_.front()) return;
  std::vector<std::function<void()>> wishes;
  {
    const std::scoped_lock lock{mutex_};
    wishes.swap(wished_);
  }
  for (const std::function<void()>& wish : wishes) wish();
}

void FloorLoops::open_now(const std::string& target, Events& events) {
  Socket& socket = sockets_.emplace_back(job_.place, target, events);
  events.opened(socket);
  const Loop& loop = loops_.at(sockets_.size() % loops_.size());
  epoll_event event{.events = EPOLLIN, .data = {.ptr = &socket}};
  checked(::epoll_ctl(loop.epoll.number(), EPOLL_CTL_ADD, socket.bare->number(), &event), "epoll_ctl");
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

// Which system calls and which bytes a WebSocket client cannot do without.
#include "floor.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <vector>

#include <fmt/format.h>

#include "trade.hpp"
#include "wire.hpp"

namespace bench {

namespace {

constexpr std::size_t send_buffer_size = std::size_t{64} << 10U;
constexpr int longest_wait_milliseconds = 60'000;

// Cheap, and as good as none against an attacker: the floor owes nobody unpredictable keys.
class CheapKeys {
 public:
  std::uint32_t next() noexcept {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 17U;
    state_ ^= state_ << 5U;
    return state_;
  }

 private:
  std::uint32_t state_ = 2463534242U;
};

// Writes one masked text frame and returns its size. Requires: max_header bytes more than the text at `to`.
std::size_t write_text(std::byte* to, std::string_view text, CheapKeys& keys) {
  const std::uint32_t key = keys.next();
  const std::size_t header = write_header(to, text_opcode, text.size(), &key);
  xor_copy(as_bytes(text), to + header, key);
  return header + text.size();
}

// Tells the server to begin.
void say_go(const BareConnection& socket, CheapKeys& keys) {
  std::array<std::byte, 64> frame;
  socket.send_all(std::span{frame}.first(write_text(frame.data(), "go", keys)));
}

// Receives until `count` messages have come.
void count_messages(const BareConnection& socket, ReceiveBuffer& received, std::uint64_t count) {
  std::uint64_t counted = 0;
  while (counted < count) {
    received.received(socket.receive(received.room()),
                      [&counted](const FrameHeader&, std::span<std::byte>) { ++counted; });
  }
}

void send_many(const BareConnection& socket, std::string_view text, std::uint64_t count, CheapKeys& keys) {
  std::vector<std::byte> buffer(send_buffer_size + max_header + text.size());
  std::size_t used = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    used += write_text(buffer.data() + used, text, keys);
    if (used < send_buffer_size) continue;
    socket.send_all(std::span{buffer}.first(used));
    used = 0;
  }
  socket.send_all(std::span{buffer}.first(used));
}

Descriptor epoll_for(const BareConnection& socket) {
  Descriptor epoll{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  epoll_event event{.events = EPOLLIN, .data = {.fd = socket.number()}};
  checked(::epoll_ctl(epoll.number(), EPOLL_CTL_ADD, socket.number(), &event), "epoll_ctl");
  return epoll;
}

void wait_readable(const Descriptor& epoll) {
  epoll_event event{};
  const int count = checked(::epoll_wait(epoll.number(), &event, 1, longest_wait_milliseconds), "epoll_wait");
  if (count == 0) throw std::runtime_error{"the server kept the floor waiting"};
}

}  // namespace

Sample floor_receive(const Task& task) {
  const BareConnection socket{task.place, fmt::format("/flood?n={}&size={}", task.messages, task.size)};
  CheapKeys keys;
  ReceiveBuffer received;
  const CostMeter meter;
  say_go(socket, keys);
  count_messages(socket, received, task.messages);
  return sample_of(meter.read(), task.messages);
}

Sample floor_send(const Task& task) {
  const BareConnection socket{task.place, fmt::format("/sink?n={}", task.messages)};
  const std::string trade = make_trade(task.size);
  CheapKeys keys;
  ReceiveBuffer received;
  const CostMeter meter;
  say_go(socket, keys);
  send_many(socket, trade, task.messages, keys);
  count_messages(socket, received, 1);
  return sample_of(meter.read(), task.messages);
}

Sample floor_echo(const Task& task) {
  const BareConnection socket{task.place, "/echo"};
  const Descriptor epoll = epoll_for(socket);
  const std::string trade = make_trade(task.size);
  std::vector<std::byte> frame(max_header + trade.size());
  std::vector<Nanoseconds> samples(task.messages);
  CheapKeys keys;
  ReceiveBuffer received;
  const CostMeter meter;
  auto sent = std::chrono::steady_clock::now();
  for (Nanoseconds& sample : samples) {
    socket.send_all(std::span{frame}.first(write_text(frame.data(), trade, keys)));
    for (bool back = false; !back;) {
      wait_readable(epoll);
      received.received(socket.receive(received.room()),
                        [&back](const FrameHeader&, std::span<std::byte>) { back = true; });
    }
    const auto now = std::chrono::steady_clock::now();
    sample = now - sent;
    sent = now;
  }
  Sample result = sample_of(meter.read(), task.messages);
  result.round_trips = round_trips_of(std::move(samples));
  return result;
}

}  // namespace bench

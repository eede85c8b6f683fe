// See outbox.hpp.
#include "client/outbox.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include "ws/protocol.hpp"

namespace zenws::client {

namespace {

using namespace std::chrono_literals;

// A foreign thread writes its message itself: the least latency. One that keeps coming back at once is in a burst, and
// then the loop writes for it, a great many messages with each system call, while the thread only appends.
constexpr auto burst_gap = 20us;
constexpr int burst_after = 8;

// So much of pongs, and of them and heartbeats together, may wait beside what the user sends: a full queue does not
// look like a dead client, and a flood of pings fills nothing.
constexpr std::size_t pong_room = std::size_t{16} << 10U;
constexpr std::size_t owed_room = std::size_t{64} << 10U;

// So that no sum overflows.
constexpr std::size_t most_limit = SIZE_MAX / 4;

// Memory kept when everything is written; an idle connection owns almost none.
constexpr std::size_t kept_capacity = std::size_t{256} << 10U;

// How often a sender steps back: bounded, in case the one it waits for is kept from running.
constexpr int politeness = 1000;

std::uint64_t count_messages(std::span<const std::byte> frames, std::size_t skip) noexcept {
  std::uint64_t count = 0;
  std::size_t end = 0;
  while (end < frames.size()) {
    const ws::DecodedHeader decoded = ws::decode_header(frames.subspan(end));
    if (decoded.status != ws::DecodedHeader::Status::ok) break;
    end += decoded.size + decoded.header.length;
    if (end > skip && !ws::is_control(decoded.header.opcode)) ++count;
  }
  return count;
}

// Whole messages only: what is sent is never fragmented.
record::Type recorded_type(ws::Opcode opcode) noexcept {
  switch (opcode) {
    case ws::Opcode::binary:
      return record::Type::binary;
    case ws::Opcode::close:
      return record::Type::close;
    case ws::Opcode::ping:
      return record::Type::ping;
    case ws::Opcode::pong:
      return record::Type::pong;
    case ws::Opcode::text:
    case ws::Opcode::continuation:
      break;
  }
  return record::Type::text;
}

}  // namespace

Outbox::Outbox(net::Loop& loop, std::size_t limit, Numbers& numbers, OutNumbers& out, const FrameWatch* watch,
               Owner& owner) noexcept
    : loop_{loop},
      limit_{std::min(limit, most_limit)},
      numbers_{numbers},
      out_{out},
      watch_{watch},
      owner_{owner},
      room_{limit_} {}

// A thread that sends without pause would take the mutex again before a waiting writer wakes up, over and over, and the
// queue would only grow: senders step back for the loop and for whoever comes back from writing.
void Outbox::lock_before_senders(Lock& lock) {
  if (lock.try_lock()) return;
  writers_waiting_.fetch_add(1, std::memory_order_relaxed);
  lock.lock();
  writers_waiting_.fetch_sub(1, std::memory_order_relaxed);
}

Outbox::Lock Outbox::lock_on_loop() {
  Lock lock{mutex_, std::defer_lock};
  lock_before_senders(lock);
  return lock;
}

Outbox::Lock Outbox::lock_as_sender() {
  for (int i = 0; i < politeness && writers_waiting_.load(std::memory_order_relaxed) != 0; ++i)
    std::this_thread::yield();
  return Lock{mutex_};
}

std::unique_ptr<Outbox> Outbox::make_twin(OutNumbers& out) const {
  return std::make_unique<Outbox>(loop_, limit_, numbers_, out, watch_, owner_);
}

void Outbox::attach(net::Stream& stream, std::uint64_t epoch) {
  const Lock lock = lock_on_loop();
  stream_ = &stream;
  epoch_ = first_epoch_ = epoch;
  retired_ = closing_ = broken_ = promised_ = false;
}

void Outbox::carry_on(std::uint64_t first) {
  const Lock lock = lock_on_loop();
  first_epoch_ = first;
}

std::uint64_t Outbox::first_epoch() {
  const Lock lock = lock_on_loop();
  return first_epoch_;
}

void Outbox::retire() {
  const Lock lock = lock_on_loop();
  retired_ = true;
}

void Outbox::detach() {
  Lock lock = lock_on_loop();
  stream_ = nullptr;
  // A foreign thread's non-blocking write is short; the descriptor must not be closed under it.
  while (writing_.load(std::memory_order_relaxed)) {
    lock.unlock();
    writing_.wait(true);
    lock_before_senders(lock);
  }
  numbers_.dropped_on_disconnect.add(count_unwritten_messages());
  pending_.release();
  inflight_.release();
  written_ = 0;
  forget_owed(owed_pending_);
  forget_owed(owed_inflight_);
  queue_changed();
}

std::uint64_t Outbox::epoch() {
  const Lock lock = lock_as_sender();
  return epoch_;
}

Result<std::uint64_t> Outbox::open_epoch(std::uint64_t expected) {
  const Lock lock = lock_as_sender();
  if (Result<> open = check_open(expected); !open) return std::unexpected{std::move(open).error()};
  return epoch_;
}

Result<> Outbox::check_open(std::uint64_t epoch) const {
  const bool is_meant = epoch == any_epoch || (first_epoch_ <= epoch && epoch <= epoch_);
  if (stream_ != nullptr && !closing_ && !broken_ && !retired_ && is_meant) return {};
  return std::unexpected{not_connected(numbers_.state.load(std::memory_order_relaxed))};
}

// Apart: it is rare, and longer than all of enqueue().
Result<> Outbox::does_not_fit(std::size_t frame) const {
  const std::string limit = "send_queue_limit is " + std::to_string(limit_) + " bytes";
  if (frame <= limit_) return std::unexpected{Error{errc::send_queue_full, Phase::open, limit}};
  return std::unexpected{
      Error{errc::message_too_big, Phase::open, "the message needs " + std::to_string(frame) + " bytes, " + limit}};
}

Result<> Outbox::enqueue(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch) {
  Lock lock = lock_as_sender();
  if (Result<> open = check_open(epoch); !open) return open;
  const std::size_t frame = ws::frame_size(ws::Role::client, payload.size());
  if (unwritten() + frame > room_) return does_not_fit(frame);
  append(opcode, payload);
  if (!ws::is_control(opcode)) out_.messages.add(1);
  start_writing(lock);
  return {};
}

void Outbox::enqueue_owed(ws::Opcode opcode, std::span<const std::byte> payload) {
  Lock lock = lock_on_loop();
  const std::size_t frame = ws::frame_size(ws::Role::client, payload.size());
  const std::size_t most = opcode == ws::Opcode::pong ? pong_room : owed_room;
  if (stream_ == nullptr || closing_ || broken_ || owed_pending_ + owed_inflight_ + frame > most) return;
  owed_pending_ += frame;
  room_ += frame;
  append(opcode, payload);
  start_writing(lock);
}

void Outbox::enqueue_close(std::span<const std::byte> payload) {
  Lock lock = lock_on_loop();
  if (stream_ == nullptr || closing_ || broken_) return;
  append(ws::Opcode::close, payload);
  closing_ = true;
  start_writing(lock);
}

void Outbox::uncork() {
  corked_ = has_gathered_ = false;
  Lock lock = lock_on_loop();
  if (!writing_ && !promised_) drain(lock);
}

void Outbox::flush_gathered() {
  if (!has_gathered_) return;
  uncork();
  cork();
}

void Outbox::flush() {
  Lock lock = lock_on_loop();
  promised_ = false;
  if (!writing_) drain(lock);
}

void Outbox::append(ws::Opcode opcode, std::span<const std::byte> payload) {
  ws::append_frame(pending_, ws::Role::client, opcode, payload);
  if (watch_ != nullptr) watch_->add(Clock::now(), epoch_, record::Direction::out, recorded_type(opcode), payload);
  queue_changed();
}

void Outbox::start_writing(Lock& lock) {
  if (writing_ || promised_) return;
  if (!loop_.is_this_thread()) {
    start_writing_here(lock);
  } else if (corked_) {
    has_gathered_ = true;
  } else {
    drain(lock);
  }
}

void Outbox::start_writing_here(Lock& lock) {
  const TimePoint now = Clock::now();
  direct_streak_ = now - last_direct_write_ < burst_gap ? direct_streak_ + 1 : 0;
  if (direct_streak_ < burst_after) {
    if (!write_once(lock)) return;
    last_direct_write_ = Clock::now();
    if (!has_unwritten()) return;
  } else {
    last_direct_write_ = now;
  }
  promised_ = true;
  lock.unlock();
  owner_.flush_soon(*this);
}

// Writes until nothing waits or the socket takes no more.
void Outbox::drain(Lock& lock) {
  while (stream_ != nullptr && has_unwritten()) {
    if (!write_once(lock)) return;
  }
}

// One write of everything that waits. False when the socket takes no more, or is gone.
bool Outbox::write_once(Lock& lock) {
  if (inflight_.empty()) {
    inflight_.swap(pending_);
    owed_inflight_ = std::exchange(owed_pending_, 0);
  }
  net::Stream* const stream = stream_;
  const auto bytes = std::as_const(inflight_).bytes().subspan(written_);
  writing_.store(true, std::memory_order_relaxed);
  lock.unlock();
  const net::Transfer transfer = stream->write_some(bytes);
  lock_before_senders(lock);
  writing_.store(false, std::memory_order_relaxed);
  if (stream_ == nullptr) {  // detached meanwhile
    writing_.notify_all();
    return false;
  }
  if (transfer.status == net::Transfer::Status::ok) {
    written_ += transfer.bytes;
    out_.bytes.add(transfer.bytes);
    forget_written();
    return true;
  }
  promised_ = true;  // the owner calls flush() again, or ends the connection
  const std::uint64_t epoch = epoch_;
  broken_ = transfer.status == net::Transfer::Status::failed || transfer.status == net::Transfer::Status::ended;
  const bool is_broken = broken_;
  lock.unlock();
  if (is_broken) {
    owner_.write_failed(epoch, transfer.error);
  } else {
    owner_.flush_when_writable(epoch);
  }
  lock.lock();
  return false;
}

void Outbox::forget_written() {
  if (written_ == inflight_.size()) {
    const std::size_t burst = written_;
    inflight_.clear();
    written_ = 0;
    forget_owed(owed_inflight_);
    // What a burst needed is given back by the first write that is small again.
    if (inflight_.capacity() > kept_capacity || burst * 16 < inflight_.capacity()) inflight_.release();
    if (pending_.empty() && burst * 16 < pending_.capacity()) pending_.release();
  }
  queue_changed();
}

void Outbox::forget_owed(std::size_t& owed) noexcept {
  room_ -= owed;
  owed = 0;
}

// What is owed is not the user's: it moves the marks.
void Outbox::queue_changed() {
  const std::size_t bytes = unwritten();
  out_.queue_bytes.set(bytes);
  const bool flips = high_ ? bytes + (limit_ - limit_ / 4) <= room_ : bytes + limit_ / 4 >= room_;
  if (!flips) return;
  high_ = !high_;
  owner_.queue_level(high_, bytes);
}

std::uint64_t Outbox::count_unwritten_messages() const noexcept {
  return count_messages(inflight_.bytes(), written_) + count_messages(pending_.bytes(), 0);
}

}  // namespace zenws::client

#include "link/outbox.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "ws/protocol.hpp"

namespace zenws::link {

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

Outbox::Outbox(net::Loop& loop, Door& door, net::Transport& transport, std::uint64_t epoch, std::size_t limit,
               Counters& counters, const FrameWatch* watch, Owner& owner, ws::DeflateHow deflate)
    : loop_{loop},
      door_{door},
      limit_{std::min(limit, most_limit)},
      counters_{counters},
      watch_{watch},
      owner_{owner},
      epoch_{epoch},
      deflate_{deflate},
      since_{epoch},
      transport_{&transport},
      deflater_{deflate.keeps_context ? std::make_unique<ws::Deflater>(deflate) : nullptr},
      room_{limit_} {}

void Outbox::detach() {
  Lock lock = door_.lock_on_loop();
  door_.leave(*this);
  transport_ = nullptr;
  // A foreign thread's non-blocking write is short; the descriptor must not be closed under it.
  while (writing_.load(std::memory_order_relaxed)) {
    lock.unlock();
    writing_.wait(true);
    door_.lock_before_senders(lock);
  }
  counters_.dropped_on_disconnect.add(count_unwritten_messages());
  counters_.send_queue_bytes.subtract(unwritten());
  pending_.release();
  inflight_.release();
  deflater_.reset();
  written_ = 0;
  forget_owed(owed_pending_);
  forget_owed(owed_inflight_);
  watch_level();
}

// Apart: it is rare, and longer than all of enqueue().
Result<> Outbox::does_not_fit(std::size_t frame) const {
  const std::string limit = "send_queue_limit is " + std::to_string(limit_) + " bytes";
  if (frame <= limit_) return std::unexpected{Error{errc::send_queue_full, Phase::open, limit}};
  return std::unexpected{
      Error{errc::message_too_big, Phase::open, "the message needs " + std::to_string(frame) + " bytes, " + limit}};
}

Result<> Outbox::enqueue(Lock& lock, ws::Opcode opcode, std::span<const std::byte> payload,
                         std::span<const std::byte> compressed) {
  const bool in_order = deflater_ != nullptr && deflate_.takes(payload.size()) && !ws::is_control(opcode);
  Result<> accepted =
      in_order ? enqueue_in_order(opcode, payload, compressed) : enqueue_frame(opcode, payload, compressed);
  if (!accepted) return accepted;
  if (!ws::is_control(opcode)) counters_.messages_out.add(1);
  start_writing(lock);
  return accepted;
}

Result<> Outbox::enqueue_frame(ws::Opcode opcode, std::span<const std::byte> payload,
                               std::span<const std::byte> compressed) {
  const std::size_t on_wire = compressed.empty() ? payload.size() : compressed.size();
  const std::size_t frame = ws::frame_size(ws::Role::client, on_wire);
  if (unwritten() + frame > room_) return does_not_fit(frame);
  append(opcode, payload, compressed);
  return {};
}

// The peer's context is what it was sent: of what is compressed and not sent, for whatever reason, nothing may stay in
// ours. Beginning anew is always allowed.
Result<> Outbox::enqueue_in_order(ws::Opcode opcode, std::span<const std::byte> payload,
                                  std::span<const std::byte> compressed) {
  struct Context {
    ws::Deflater& deflater;
    bool goes_on = false;
    ~Context() {
      if (!goes_on) deflater.forget_context();
    }
  } context{*deflater_};
  if (payload.size() > most_in_order) return enqueue_frame(opcode, payload, compressed);
  thread_local Buffer deflated;
  deflater_->deflate(payload, deflated);
  Result<> accepted = enqueue_frame(opcode, payload, deflated.bytes());
  context.goes_on = accepted.has_value();
  return accepted;
}

void Outbox::enqueue_owed(ws::Opcode opcode, std::span<const std::byte> payload) {
  Lock lock = door_.lock_on_loop();
  const std::size_t frame = ws::frame_size(ws::Role::client, payload.size());
  const std::size_t most = opcode == ws::Opcode::pong ? pong_room : owed_room;
  if (!is_open() || owed_pending_ + owed_inflight_ + frame > most) return;
  owed_pending_ += frame;
  room_ += frame;
  append(opcode, payload);
  start_writing(lock);
}

void Outbox::enqueue_close(std::span<const std::byte> payload) {
  Lock lock = door_.lock_on_loop();
  if (!is_open()) return;
  append(ws::Opcode::close, payload);
  closing_ = true;
  start_writing(lock);
}

void Outbox::uncork() {
  corked_ = has_gathered_ = false;
  Lock lock = door_.lock_on_loop();
  if (!writing_ && !promised_) drain(lock);
}

void Outbox::flush_gathered() {
  if (!has_gathered_) return;
  uncork();
  cork();
}

void Outbox::flush() {
  Lock lock = door_.lock_on_loop();
  promised_ = false;
  if (!writing_) drain(lock);
}

void Outbox::append(ws::Opcode opcode, std::span<const std::byte> payload, std::span<const std::byte> compressed) {
  const std::size_t before = pending_.size();
  if (compressed.empty()) {
    ws::append_frame(pending_, ws::Role::client, opcode, payload);
  } else {
    ws::append_frame(pending_, ws::Role::client, opcode, compressed, ws::rsv1);
    counters_.compressed_out.add(compressed.size());
    counters_.uncompressed_out.add(payload.size());
  }
  counters_.send_queue_bytes.add(pending_.size() - before);
  if (watch_ != nullptr) watch_->add(Clock::now(), epoch_, record::Direction::out, recorded_type(opcode), payload);
  watch_level();
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
  const std::shared_ptr<void> kept = owner_.keep();
  lock.unlock();
  owner_.flush_soon();
}

// Writes until nothing waits or the socket takes no more.
void Outbox::drain(Lock& lock) {
  while (transport_ != nullptr && has_unwritten()) {
    if (!write_once(lock)) return;
  }
}

// One write of everything that waits. False when the socket takes no more, or is gone.
bool Outbox::write_once(Lock& lock) {
  if (inflight_.empty()) {
    inflight_.swap(pending_);
    owed_inflight_ = std::exchange(owed_pending_, 0);
  }
  // Without the lock the loop may let go of the connection.
  const std::shared_ptr<void> kept = owner_.keep();
  net::Transport* const transport = transport_;
  const auto bytes = std::as_const(inflight_).bytes().subspan(written_);
  writing_.store(true, std::memory_order_relaxed);
  lock.unlock();
  const net::Transfer transfer = transport->write_some(bytes);
  door_.lock_before_senders(lock);
  writing_.store(false, std::memory_order_relaxed);
  if (transport_ == nullptr) {  // detached meanwhile
    writing_.notify_all();
    return false;
  }
  if (transfer.status == net::Transfer::Status::ok) {
    written_ += transfer.bytes;
    counters_.bytes_out.add(transfer.bytes);
    counters_.send_queue_bytes.subtract(transfer.bytes);
    forget_written();
    return true;
  }
  promised_ = true;  // the owner calls flush() again, or ends the connection
  broken_ = transfer.status == net::Transfer::Status::failed || transfer.status == net::Transfer::Status::ended;
  const bool is_broken = broken_;
  lock.unlock();
  if (is_broken) {
    owner_.write_failed(transfer.error);
  } else {
    owner_.flush_when_writable();
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
  watch_level();
}

void Outbox::forget_owed(std::size_t& owed) noexcept {
  room_ -= owed;
  owed = 0;
}

// What is owed is not the user's: it moves the marks.
void Outbox::watch_level() {
  const std::size_t bytes = unwritten();
  const bool flips = high_ ? bytes + (limit_ - limit_ / 4) <= room_ : bytes + limit_ / 4 >= room_;
  if (!flips) return;
  high_ = !high_;
  owner_.queue_level(high_, bytes);
}

std::uint64_t Outbox::count_unwritten_messages() const noexcept {
  return count_messages(inflight_.bytes(), written_) + count_messages(pending_.bytes(), 0);
}

}  // namespace zenws::link

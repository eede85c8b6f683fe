// A connection's sending half, and how it ends.
#include <algorithm>
#include <utility>

#include "base/contain.hpp"
#include "base/logger.hpp"
#include "testing/connection.hpp"
#include "testing/frames.hpp"
#include "ws/close.hpp"

namespace zenws::testing {

namespace {

using namespace std::chrono_literals;

// For the peer to answer our close frame, to take our last bytes, to end its side.
constexpr auto leaving_time = 2s;
// A buffer that has grown beyond this gives its memory back.
constexpr std::size_t kept_capacity = std::size_t{1} << 20U;

}  // namespace

void Connection::send(ws::Opcode opcode, std::span<const std::byte> payload) {
  queue(opcode, payload);
  flush();
}

void Connection::send_raw(std::string_view bytes) {
  if (!is_open() || stalled_) return;
  out_.append(bytes);
  flush();
}

void Connection::queue(ws::Opcode opcode, std::span<const std::byte> payload) {
  if (!is_open() || stalled_) return;
  if (waiting_bytes() + payload.size() > drop_at) {
    write_log(LogLevel::warning, "test server: a client does not read; its connection is dropped");
    return close(true);
  }
  if (ws::is_control(opcode) || setup_.faults->delay_messages <= 0ms) return encode(opcode, payload);
  delayed_.push_back({opcode == ws::Opcode::binary, {reinterpret_cast<const char*>(payload.data()), payload.size()}});
  delayed_bytes_ += payload.size();
  if (delayed_.size() == 1) delay_->arm(Clock::now() + std::min(setup_.faults->delay_messages, longest_delay));
}

void Connection::encode(ws::Opcode opcode, std::span<const std::byte> payload) {
  if (deflate_.takes(payload.size()) && !ws::is_control(opcode)) return encode_deflated(opcode, payload);
  append_message(out_, opcode, payload, ws::is_control(opcode) ? 0 : setup_.faults->fragment_size);
}

void Connection::encode_deflated(ws::Opcode opcode, std::span<const std::byte> payload) {
  Buffer deflated;
  deflater_->deflate(payload, deflated);
  append_message(out_, opcode, deflated.bytes(), setup_.faults->fragment_size, ws::rsv1);
  if (!deflate_.keeps_context) deflater_->forget_context();
}

void Connection::send_delayed() {
  if (!is_open() || delayed_.empty()) return;
  const Reply message = std::move(delayed_.front());
  delayed_.pop_front();
  delayed_bytes_ -= message.payload.size();
  encode(message.binary ? ws::Opcode::binary : ws::Opcode::text, std::as_bytes(std::span{message.payload}));
  flush();
  if (!delayed_.empty()) delay_->arm(Clock::now() + std::min(setup_.faults->delay_messages, longest_delay));
}

std::size_t Connection::waiting_bytes() const noexcept { return out_.size() + writing_.size() + delayed_bytes_; }

void Connection::flush() {
  if (stage_ == Stage::ended || !writing_.empty()) return;
  if (!out_.empty()) {
    writing_.swap(out_);
    channel_->async_write(writing_.bytes(),
                          [self = shared_from_this()](std::error_code failure) { self->on_written(failure); });
    return;
  }
  switch (std::exchange(after_flush_, AfterFlush::go_on)) {
    case AfterFlush::go_on:
      break;
    case AfterFlush::finish:
      channel_->async_finish([self = shared_from_this()](std::error_code) { self->close(false); });
      break;
    case AfterFlush::reset:
      close(true);
      break;
  }
}

void Connection::on_written(std::error_code failure) {
  if (stage_ == Stage::ended) return;
  if (failure) return on_stream_end();
  writing_.clear();
  if (writing_.capacity() > kept_capacity) writing_.release();
  if (fed_ && !stalled_) {
    take_events();
  } else {
    flush();
  }
  read();
}

void Connection::disconnect(const Disconnect& how) {
  if (!is_open()) return;
  switch (how.kind) {
    case Disconnect::Kind::close:
      return begin_close(how.close_code, how.reason);
    case Disconnect::Kind::abrupt:
      return close(true);
    case Disconnect::Kind::half_open:
      return go_silent();
  }
}

void Connection::begin_close(std::uint16_t code, std::string_view reason) {
  if (!is_open()) return;
  stalled_ = paused_ = false;
  append_close(out_, code, reason);
  change_stage(Stage::closing);
  deadline_->arm(Clock::now() + leaving_time);
  flush();
  read();
}

// TCP goes on acknowledging, so that the client cannot tell: only its own heartbeat can.
void Connection::go_silent() {
  half_open_ = true;
  out_.clear();
  change_stage(Stage::swallowing);
  read();
}

// Bounded in time also when the client takes none of the last bytes.
void Connection::end_after_flush(AfterFlush how) {
  after_flush_ = how;
  change_stage(Stage::finishing);
  deadline_->arm(Clock::now() + leaving_time);
  flush();
}

void Connection::change_stage(Stage next) {
  if (stage_ == Stage::open) --setup_.common->open;
  if (next == Stage::open) ++setup_.common->open;
  stage_ = next;
  if (next == Stage::open || next == Stage::greeting) return;
  delayed_.clear();
  delayed_bytes_ = 0;
  if (delay_) delay_->disarm();
}

void Connection::tell(const std::function<void(std::uint64_t connection)>& who) const {
  if (!who) return;
  const auto told = contained([&] { who(setup_.id); });
  if (!told) write_log(LogLevel::error, "test server: on_open or on_end threw: " + told.error().what);
}

void Connection::tell(const std::function<void(std::uint64_t connection, std::string_view payload)>& who,
                      std::string_view payload) const {
  if (!who) return;
  const auto told = contained([&] { who(setup_.id, payload); });
  if (!told) write_log(LogLevel::error, "test server: on_ping or on_pong threw: " + told.error().what);
}

void Connection::pause_reading(bool paused) {
  if (!is_open()) return;
  paused_ = paused;
  if (!paused && fed_) take_events();
  read();
}

void Connection::close(bool reset) {
  if (stage_ == Stage::ended) return;
  const auto self = shared_from_this();
  change_stage(Stage::ended);
  delay_.reset();
  deadline_.reset();
  channel_->close(reset);
  setup_.ended(setup_.id);
  if (was_open_) tell(setup_.common->on_end);
}

}  // namespace zenws::testing

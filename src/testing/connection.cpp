// A connection's receiving half: the upgrade, the messages, what is owed for each.
#include "testing/connection.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/contain.hpp"
#include "base/logger.hpp"
#include "testing/frames.hpp"
#include "ws/close.hpp"

namespace zenws::testing {

namespace {

// Larger than any client's sensible message, so that limits are met on the client's side first.
constexpr std::size_t max_message_size = std::size_t{64} << 20U;
constexpr std::uint16_t internal_error = 1011;

ws::Opcode opcode_of(bool binary) { return binary ? ws::Opcode::binary : ws::Opcode::text; }

}  // namespace

Connection::Connection(net::Loop& loop, std::unique_ptr<Channel> channel, Setup setup)
    : loop_(loop), channel_(std::move(channel)), setup_(std::move(setup)) {
  request_.emplace();
  deadline_.emplace(loop_.timers(), [this] { close(after_flush_ == AfterFlush::reset); });
  delay_.emplace(loop_.timers(), [this] {
    const auto self = shared_from_this();
    if (stage_ == Stage::greeting) {
      answer_upgrade();
    } else {
      send_delayed();
    }
  });
}

void Connection::start() {
  channel_->async_handshake([self = shared_from_this()](std::error_code failure) {
    if (failure) return self->close(false);
    self->read();
  });
}

void Connection::read() {
  if (reading_ || !wants_to_read()) return;
  reading_ = true;
  channel_->async_read([self = shared_from_this()](std::error_code failure, std::span<std::byte> bytes) {
    self->reading_ = false;
    if (failure) return self->on_stream_end();
    self->on_read(bytes);
    self->read();
  });
}

bool Connection::wants_to_read() const noexcept {
  switch (stage_) {
    case Stage::upgrading:
      return true;
    case Stage::open:
      return !paused_ && !stalled_ && !fed_;
    case Stage::closing:
      return !fed_;
    case Stage::swallowing:
      return true;
    case Stage::greeting:
    case Stage::finishing:
    case Stage::ended:
      break;
  }
  return false;
}

void Connection::on_read(std::span<std::byte> bytes) {
  if (stage_ == Stage::upgrading) {
    feed_upgrade(bytes);
  } else if (stage_ == Stage::open || stage_ == Stage::closing) {
    protocol_->feed(bytes);
    fed_ = true;
    take_events();
  }
}

void Connection::on_stream_end() {
  if (!half_open_) close(false);
}

void Connection::feed_upgrade(std::span<const std::byte> bytes) {
  auto hello = request_->feed(bytes);
  if (!hello) return;
  if (*hello) {
    const UpgradeSeen seen{(*hello)->target, (*hello)->headers, (*hello)->subprotocols, setup_.id};
    setup_.common->ledger.add_upgrade(seen);
    const auto refusal = refusal_of(seen);
    greeting_ =
        refusal ? Greeting{false, ws::make_http_answer(*refusal)}
                : greet(std::move(**hello), *setup_.faults, setup_.common->subprotocols, setup_.common->compression);
  } else {
    const HttpResponse* answer = hello->error().http();
    if (answer == nullptr) return close(false);
    greeting_ = {false, ws::make_http_answer(*answer)};
  }
  early_.append(request_->rest());
  change_stage(Stage::greeting);
  const auto delay = std::min(setup_.faults->delay_upgrade, longest_delay);
  if (delay > std::chrono::milliseconds::zero()) {
    delay_->arm(Clock::now() + delay);
  } else {
    answer_upgrade();
  }
}

std::optional<HttpResponse> Connection::refusal_of(const UpgradeSeen& upgrade) const {
  if (!setup_.common->on_upgrade) return std::nullopt;
  auto refusal = contained([&] { return setup_.common->on_upgrade(upgrade); });
  if (refusal) return *std::move(refusal);
  write_log(LogLevel::error, "test server: on_upgrade threw: " + refusal.error().what);
  return std::nullopt;
}

void Connection::answer_upgrade() {
  out_.append(std::exchange(greeting_.text, {}));
  request_.reset();
  if (!greeting_.opens) return end_after_flush(AfterFlush::finish);
  speak(greeting_.deflate);
  // Open before the 101 is written: who has seen the 101 can be injected to.
  change_stage(Stage::open);
  was_open_ = true;
  tell(setup_.common->on_open);
  stalled_ = setup_.faults->stall;
  if (!early_.empty()) {
    protocol_->feed(early_.bytes());
    fed_ = true;
  }
  if (stalled_) return flush();
  take_events();
  read();
}

// As it was agreed.
void Connection::speak(const std::optional<ws::DeflateParams>& deflate) {
  protocol_.emplace(ws::Role::server, ws::Limits{.max_message_size = max_message_size},
                    ws::inflate_by(deflate, ws::Role::server));
  deflate_ = ws::deflate_by(deflate, ws::Role::server, setup_.common->compression);
  if (deflate_ != ws::DeflateHow{}) deflater_ = std::make_unique<ws::Deflater>(deflate_);
}

void Connection::take_events() {
  if (std::exchange(taking_, true)) return;  // a script reads on: so does the loop below
  const auto self = shared_from_this();      // a script may end this connection, or the whole server
  const auto takes = [this] { return stage_ == Stage::open || stage_ == Stage::closing; };
  while (fed_ && takes() && !paused_ && waiting_bytes() < pause_at) {
    const ws::Event event = protocol_->next();
    fed_ = event.kind != ws::Event::Kind::need_more;
    on_event(event);
  }
  taking_ = false;
  if (fed_ && takes()) protocol_->keep();  // paused, or the client does not read: go on when it does
  flush();
}

void Connection::on_event(const ws::Event& event) {
  using Kind = ws::Event::Kind;
  switch (event.kind) {
    case Kind::need_more:
      break;
    case Kind::text:
      on_message(false, event.payload);
      break;
    case Kind::binary:
      on_message(true, event.payload);
      break;
    case Kind::ping:
      queue(ws::Opcode::pong, event.payload);
      tell(setup_.common->on_ping, as_text(event.payload));
      break;
    case Kind::pong:
      setup_.common->ledger.add_pong(std::string{as_text(event.payload)});
      tell(setup_.common->on_pong, as_text(event.payload));
      break;
    case Kind::close:
      on_close_frame();
      break;
    case Kind::failed:
      if (is_open()) append_close(out_, protocol_->failure_close_code(), protocol_->failure().detail());
      end_after_flush(AfterFlush::finish);
      break;
  }
}

void Connection::on_message(bool binary, std::span<const std::byte> payload) {
  ReceivedMessage message{setup_.id, binary, std::string{as_text(payload)}};
  setup_.common->ledger.add(message);
  ++messages_;
  if (messages_ == setup_.faults->drop_after_messages) return end_after_flush(AfterFlush::reset);
  if (is_open()) reply_to(message);
}

void Connection::on_close_frame() {
  const CloseReason& reason = protocol_->close_reason();
  setup_.common->ledger.add_close(reason);
  if (is_open() && setup_.faults->ignore_close) return change_stage(Stage::swallowing);
  if (is_open()) append_close(out_, reason.code, {});
  end_after_flush(AfterFlush::finish);
}

void Connection::reply_to(const ReceivedMessage& message) {
  const std::shared_ptr<const Script> script = setup_.common->script;  // it may replace itself
  if (*script) return run_script(*script, message);
  if (message.binary) return queue(ws::Opcode::binary, as_bytes(message.payload));
  queue(ws::Opcode::text, as_bytes(message.payload == "ping" ? "pong" : "echo: " + message.payload));
}

// The script is the user's: what it throws ends this connection, as it would a real server's.
void Connection::run_script(const Script& script, const ReceivedMessage& message) {
  const auto run = contained([&] {
    for (const Reply& reply : script(message)) queue(opcode_of(reply.binary), as_bytes(reply.payload));
  });
  if (run) return;
  write_log(LogLevel::error, "test server: the script threw: " + run.error().what);
  begin_close(internal_error, "the script threw");
}

}  // namespace zenws::testing

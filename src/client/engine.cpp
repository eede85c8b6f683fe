// See engine.hpp.
#include "client/engine.hpp"

#include <atomic>
#include <utility>

#include <fmt/format.h>

#include <zenws/runtime.hpp>

#include "base/contain.hpp"
#include "base/logger.hpp"
#include "base/random.hpp"
#include "client/endpoint.hpp"
#include "policy/retry_after.hpp"

namespace zenws::client {

namespace {

using namespace std::chrono_literals;

std::uint64_t next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

Runtime& runtime_of(const Options& options) {
  return options.runtime != nullptr ? *options.runtime : Runtime::shared();
}

// Else it is about a channel, or nothing that we know.
bool is_of_a_request(const Reading& reading) noexcept {
  using Kind = Reading::Kind;
  const bool decides = reading.kind == Kind::confirmed || reading.kind == Kind::rejected;
  return reading.kind == Kind::reply || (decides && reading.channel.empty());
}

// Empty: each attempt's comes from the provider.
Result<Url> url_of(std::string_view text, const Options& options) {
  return text.empty() && options.endpoint_provider ? Url{} : parse_url(text);
}

}  // namespace

Result<std::shared_ptr<Engine>> Engine::create(std::string_view url, Options&& options,
                                               std::shared_ptr<Supervision> supervision) {
  Result<Url> parsed = url_of(url, options);
  if (!parsed) return std::unexpected{std::move(parsed).error()};
  if (Result<> valid = check_options(options); !valid) return std::unexpected{std::move(valid).error()};
  bound_durations(options);
  std::unique_ptr<record::Recording> recording;
  if (!options.record_to.empty()) {
    auto opened = record::Recording::open(options.record_to, options.record);
    if (!opened) return std::unexpected{std::move(opened).error()};
    recording = *std::move(opened);
  }
  auto loop = runtime_of(options).next_loop();
  if (!loop) return std::unexpected{std::move(loop).error()};
  return std::make_shared<Engine>(*std::move(loop), url, std::move(*parsed), std::move(options), std::move(supervision),
                                  std::move(recording));
}

Engine::Engine(std::shared_ptr<net::Loop> loop, std::string_view target, Url url, Options&& options,
               std::shared_ptr<Supervision> supervision, std::unique_ptr<record::Recording> recording)
    : id_{next_id()},
      loop_{std::move(loop)},
      target_{target},
      url_{std::make_unique<Url>(std::move(url))},
      redacted_url_{url_->redacted},
      settings_{std::move(options)},
      supervision_{std::move(supervision)},
      recording_{std::move(recording)},
      watch_{recording_ || options_.debug ? std::make_unique<const FrameWatch>(recording_.get(), say_of_frames())
                                          : nullptr},
      events_{id_, redacted_url_, numbers_},
      outboxes_{*loop_, options_.send_queue_limit, numbers_, watch_.get(), *this},
      limited_outbox_{outboxes_, options_.rate_limiter, numbers_},
      mailbox_{settings_.handler()
                   ? nullptr
                   : std::make_unique<Mailbox>(MailboxLimits{options_.mailbox_limit, options_.mailbox_bytes},
                                               options_.mailbox_overflow, numbers_)},
      requests_{numbers_},
      latency_{static_cast<std::size_t>(options_.latency_buffer_size)},
      retry_{policy::retry_settings(options_)},
      subscribing_{options_, numbers_, events_, *this} {
  if (recording_) recording_->belongs_to(id_);
}

void Engine::start(ClientRef ref, Settle<void> settle) {
  loop_->post([self = shared_from_this(), ref = std::move(ref), settle = std::move(settle)]() mutable {
    self->ref_ = std::move(ref);
    self->started_ = std::move(settle);
    if (self->end_) return self->started_(std::unexpected{*self->end_});  // closed before it began
    if (!self->loop_->enter(*self)) return self->stop(Error{errc::closed, Phase::none, "the runtime has ended"});
    self->self_ = self;
    self->subscribing_.start(self->loop_->timers());
    if (self->options_.connect_deadline > 0ms) {
      self->arm(self->connect_deadline_, Clock::now() + self->options_.connect_deadline, &Engine::connect_is_late);
    }
    self->dial();
  });
}

// Makes the timer when there is none.
void Engine::arm(std::unique_ptr<net::Timer>& timer, TimePoint deadline, void (Engine::*on_due)()) {
  if (!timer) timer = std::make_unique<net::Timer>(loop_->timers(), [this, on_due] { (this->*on_due)(); });
  timer->arm(deadline);
}

void Engine::connect_is_late() { give_up(Error{errc::timeout, Phase::connect, "connect_deadline has passed"}); }

// ---- serve

// An answer may be behind what nobody takes.
bool Engine::has_room(bool must_read) {
  if (silence_ != Silence::none || !mailbox_) return true;
  if (mailbox_->has_room(must_read || numbers_.pending_requests.value() != 0)) return true;
  loop_->post([self = shared_from_this()] { self->mailbox_is_full(); });
  return false;
}

void Engine::deliver(Connection& from, const Inbound& inbound) {
  if (silence_.load(std::memory_order_relaxed) != Silence::none) return numbers_.dropped_on_close.add(1);
  numbers_.messages_in.add(1);
  events_.message_in();
  // Nearly all of them; handle() would do the same after questions that only answers and updates need.
  const bool is_only_data = inbound.reading.kind == Reading::Kind::other;
  if (is_only_data && settings_.handler() && !rotation_) return call_handler(inbound.message);
  rotation_ ? deliver_in_rotation(from, inbound) : handle(inbound, from.epoch());
}

void Engine::handle(const Inbound& inbound, std::uint64_t epoch) {
  const Reading& reading = inbound.reading;
  if (is_of_a_request(reading)) {
    if (is_an_answer(inbound, epoch)) return;
    if (reading.kind == Reading::Kind::reply) numbers_.unmatched_responses.add(1);
  } else if (reading.kind != Reading::Kind::other) {
    subscribing_.hear(reading, is_successor(epoch));
  }
  hand_over(inbound.message);
}

void Engine::hand_over(const Message& message) {
  if (settings_.handler()) return call_handler(message);
  OwnedMessage owned = std::visit([](const auto& alternative) { return alternative.own(); }, message);
  const Delivery delivery = mailbox_->deliver(std::move(owned));
  if (delivery != Delivery::kept) mailbox_overflows(delivery);
}

void Engine::mailbox_overflows(Delivery delivery) {
  events_.mailbox_full(options_.mailbox_overflow);
  if (delivery == Delivery::dropping || !connection_) return;
  connection_->close(1001, "mailbox full", Error{errc::mailbox_full, Phase::open, "nobody called receive() in time"});
}

void Engine::ending(Connection& connection, const Error& error) {
  if (rotation_ && rotation_->is_second(connection)) return;
  events_.closing(error);
  leaving(error);
  if (rotation_ && rotation_->stage != Rotation::Stage::retiring) drop_rotation();
}

void Engine::leaving(const Error& error) {
  if (!end_) severity_ = severity_of(error);
  const bool reconnects = !end_ && options_.reconnect_on_error && severity_ == Severity::recoverable;
  const bool may_restart = supervision_ != nullptr && !was_closed();
  publish(reconnects || may_restart ? State::reconnecting : State::disconnected);
  // Also when muted: a registry must be right whatever ends us, and nobody has been promised yet that we are silent.
  const auto& on_disconnect = settings_.callbacks().on_disconnect;
  if (std::exchange(joined_, false) && on_disconnect) contain([&] { on_disconnect(*ref_); });
  end_waits(error);
}

void Engine::ended(Connection& connection, Error error) {
  const auto self = shared_from_this();
  if (recording_) recording_->disconnected(connection.epoch(), error);
  if (debugs()) log(LogLevel::debug, fmt::format("connection {} ended: {}", connection.epoch(), to_string(error)));
  if (rotation_ && rotation_->is_second(connection)) return second_ended(error);
  if (&connection != connection_.get()) return;
  connection_.reset();
  if (numbers_.state.load(std::memory_order_relaxed) == State::connected)
    leaving(error);  // without a closing handshake
  if (!was_closed()) drop_rotation();
  end_waits(error);
  limited_outbox_.sweep();
  authenticate_deadline_.reset();
  const CloseReason* const close = error.close();
  if (std::exchange(announced_, false)) {
    tell(Disconnected{error, close != nullptr ? close->code : std::uint16_t{1006}});
  }
  ask_what_next(error);
}

// ---- ask what next

void Engine::ask_what_next(const Error& error) {
  if (was_closed() && is_retiring()) return;  // second_ended() goes on
  if (end_) return stop(*end_);
  numbers_.failures.failed(Clock::now());
  const std::optional<Severity> told = std::exchange(severity_, std::nullopt);
  const Severity severity = told ? *told : severity_of(error);
  if (end_) return;  // the policy closed us
  const auto at_least = policy::retry_after(error, std::chrono::system_clock::now()).value_or(0ms);
  policy::RetryDecision decision = retry_.failed(error, severity, at_least, Clock::now(), random_unit());
  if (auto* const give_up = std::get_if<policy::GiveUp>(&decision)) {
    if (debugs()) log(LogLevel::debug, fmt::format("no retry: {}", to_string(give_up->error)));
    return stop(std::move(give_up->error));
  }
  const auto& again = std::get<policy::RetryAfter>(decision);
  if (debugs()) log(LogLevel::debug, fmt::format("retry {} in {} ms", again.attempt, again.delay.count()));
  attempt_ = again.attempt;
  last_error_ = error;
  publish(numbers_.epoch.value() == 0 ? State::connecting : State::reconnecting);
  tell(Reconnecting{again.attempt, again.delay, error});
  if (!end_) arm(retry_timer_, Clock::now() + again.delay, &Engine::dial);
}

Severity Engine::severity_of(const Error& error) {
  std::optional<Severity> answer;
  if (const auto& policy = settings_.callbacks().retry_policy) {
    if (const auto thrown = text_of_what_it_throws([&] { answer = policy(error); })) {
      failed("retry_policy", "Retry policy error", *thrown);
    }
  }
  return answer.value_or(classify(error));
}

// ---- what the outbox asks for

void Engine::flush_soon(Outbox& outbox) {
  loop_->post([self = shared_from_this(), &outbox] { outbox.flush(); });
}

void Engine::flush_when_writable(std::uint64_t epoch) {
  loop_->post([self = shared_from_this(), epoch] {
    if (Connection* const connection = self->connection_of(epoch)) connection->flush_when_writable();
  });
}

void Engine::write_failed(std::uint64_t epoch, std::error_code error) {
  loop_->post([self = shared_from_this(), error, epoch] {
    if (Connection* const connection = self->connection_of(epoch)) connection->writing_failed(error);
  });
}

void Engine::queue_level(bool high, std::uint64_t bytes) {
  const auto name = high ? telemetry::Name::send_queue_high : telemetry::Name::send_queue_low;
  if (!telemetry::wanted(name)) return;
  loop_->post([self = shared_from_this(), high, bytes] { self->events_.queue_level(high, bytes); });
}

// ---- callbacks

void Engine::tell(const Lifecycle& event) {
  events_.happened(event);
  const auto& on_lifecycle = settings_.callbacks().on_lifecycle;
  if (silence_ != Silence::callbacks && on_lifecycle) contain([&] { on_lifecycle(event); });
  if (!supervision_ || !ref_) return;
  contain([&] { supervision_->tell(*ref_, event); });
  supervision_->happened(*ref_, event);
}

void Engine::contain(const std::function<void()>& call) {
  if (const auto thrown = text_of_what_it_throws(call)) failed("on_lifecycle", "Lifecycle callback error", *thrown);
}

void Engine::call_handler(const Message& message) {
  const bool timed = telemetry::wanted(telemetry::Name::handler_slow);
  const TimePoint begun = timed ? Clock::now() : TimePoint{};
  const auto thrown = text_of_what_it_throws([&] { settings_.handler()(*ref_, message); });
  if (timed) events_.handler_took(Clock::now() - begun);
  if (thrown) handler_failed(*thrown);
}

void Engine::handler_failed(const std::string& what) {
  failed("handler", "Handler error", what);
  if (options_.handler_failure == HandlerFailure::stop && !end_) {
    end_ = Error{errc::cancelled, Phase::open, "the handler failed: " + what};
    if (connection_) connection_->close(1011, {}, *end_);
  }
}

void Engine::heartbeat_due(bool sent, bool missed) {
  if (missed) {
    numbers_.failures.failed(Clock::now());
    events_.heartbeat_missed();
  }
  if (sent) events_.heartbeat_sent();
  if (sent && debugs()) log(LogLevel::debug, "heartbeat sent");
  if (missed && debugs()) {
    log(LogLevel::debug, fmt::format("heartbeat missed, {} in a row", numbers_.heartbeat.missed_in_a_row.value()));
  }
}

void Engine::measured(std::chrono::microseconds round_trip) {
  latency_.add(round_trip);
  numbers_.failures.succeeded();
  events_.heartbeat_answered(options_.heartbeat.type, round_trip);
  if (debugs()) log(LogLevel::debug, fmt::format("heartbeat answered after {} us", round_trip.count()));
}

void Engine::callback_failed(std::string_view what) { failed("callback", "Callback error", what); }

// What a function of the user's throws: counted, logged, told.
void Engine::failed(std::string_view callback, std::string_view title, std::string_view what) {
  numbers_.handler_failures.add(1);
  log(LogLevel::warning, fmt::format("{}: {}", title, what));
  events_.handler_failed(callback, what);
}

void Engine::log(LogLevel level, std::string_view text) const {
  if (!has_logger() || (level == LogLevel::debug && !options_.debug)) return;
  write_log(level, fmt::format("client {} {}: {}", id_, redacted_url_, text));
}

bool Engine::debugs() const noexcept { return options_.debug && has_logger(); }

// What goes is told by whoever sends, with the outbox locked: the logger is called later, on the loop.
void Engine::say_of_frame(record::Direction dir, std::string line) {
  if (dir == record::Direction::in) return log(LogLevel::debug, line);
  loop_->post([self = shared_from_this(), line = std::move(line)] { self->log(LogLevel::debug, line); });
}

FrameWatch::Say Engine::say_of_frames() {
  if (!options_.debug) return {};
  return [this](record::Direction dir, std::string line) { say_of_frame(dir, std::move(line)); };
}

}  // namespace zenws::client

#include "client/engine.hpp"

#include <atomic>
#include <utility>

#include <fmt/format.h>

#include <zenws/runtime.hpp>

#include "base/contain.hpp"
#include "base/random.hpp"
#include "client/by_dialect.hpp"
#include "client/endpoint.hpp"
#include "policy/retry_after.hpp"

namespace zenws::client {

using Which = Life::Which;

namespace {

using namespace std::chrono_literals;

std::uint64_t next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

Runtime& runtime_of(const Options& options) {
  return options.runtime != nullptr ? *options.runtime : Runtime::shared();
}

Life::Settings life_settings(const Settings& settings, bool is_supervised) {
  const Options& options = settings.options();
  return {.retry = policy::retry_settings(options),
          .connect_deadline = options.connect_deadline,
          .request_timeout = options.request_timeout,
          .max_age = options.max_age,
          .greets = static_cast<bool>(settings.own<&Options::authenticate>()),
          .is_supervised = is_supervised};
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
  if (Result<> said = complete_by_dialect(options); !said) return std::unexpected{std::move(said).error()};
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
    : loop_{std::move(loop)},
      settings_{std::move(options)},
      links_{{loop_, settings_, counters_, *this, std::move(recording), say_of_frames()}, target, std::move(url)},
      voice_{next_id(), links_.dialler().redacted_url(), settings_, std::move(supervision), counters_},
      calls_{*loop_, settings_.options(), links_.door(), counters_, voice_, *this},
      posted_{*loop_, counters_, voice_, *this},
      inbox_{settings_.handler() ? nullptr
                                 : std::make_unique<Inbox>(*loop_, settings_.options(), counters_, voice_,
                                                           static_cast<Inbox::Owner&>(*this))},
      life_{life_settings(settings_, voice_.supervision() != nullptr)},
      subscribing_{settings_.options(), counters_, voice_, *this},
      audience_{loop_, links_.recording()} {
  if (auto* const recorded = links_.recording()) recorded->belongs_to(voice_.subject());
}

void Engine::start(ClientRef ref, Completion<void> completion) {
  loop_->post([self = shared_from_this(), ref = std::move(ref), completion = std::move(completion)]() mutable {
    self->voice_.speaks_for(std::move(ref));
    self->audience_.awaits_beginning(std::move(completion));
    if (const Error* const end = self->life_.end()) return self->audience_.begun(std::unexpected{*end});
    if (!self->loop_->enter(*self)) return self->happens([](Life& life) { life.runtime_ends(); });
    self->self_ = self;
    self->calls_.start();
    self->subscribing_.start(self->loop_->timers());
    self->happens([](Life& life) { life.start(Clock::now()); });
  });
}

// ---- serve

bool Engine::has_room(bool must_read) {
  return voice_.silence() != Silence::none || !inbox_ || inbox_->has_room(must_read);
}

void Engine::deliver(link::Link& from, const link::Inbound& inbound) {
  if (voice_.silence() != Silence::none) return counters_.link.dropped_on_close.add(1);
  counters_.messages_in.add(1);
  voice_.events().message_in();
  // Nearly all of them; handle() would do the same after questions that only answers and updates need.
  const bool is_only_data = inbound.reading.kind == Reading::Kind::other;
  if (is_only_data && settings_.handler() && !rotation_) return call_handler(inbound.message);
  rotation_ ? deliver_in_rotation(from, inbound) : handle(inbound, from.epoch());
}

void Engine::handle(const link::Inbound& inbound, std::uint64_t epoch) {
  const Reading& reading = inbound.reading;
  if (is_of_a_request(reading)) {
    if (is_an_answer(inbound, epoch)) return;
    if (reading.kind == Reading::Kind::reply) counters_.unmatched_responses.add(1);
  } else if (reading.kind != Reading::Kind::other) {
    subscribing_.hear(reading, is_successor(epoch));
  }
  hand_over(inbound.message);
}

void Engine::hand_over(const Message& message) { inbox_ ? inbox_->deliver(message) : call_handler(message); }

void Engine::mailbox_refused(const Error& why) {
  if (const auto present = links_.of(Which::present)) present->close(1001, "mailbox full", why);
}

void Engine::ending(link::Link& connection, const Error& error) {
  const auto which = links_.which(connection);
  if (which == Which::other) return happens([](Life& life) { life.successor_leaving(); });
  if (!which) return;
  voice_.events().closing(error);
  const Life::Failure failure = failure_of(error);
  happens([&](Life& life) { life.leaving(failure); });
}

void Engine::ended(link::Link& connection, Error error) {
  const auto self = shared_from_this();
  if (auto* const recording = links_.recording()) recording->disconnected(connection.epoch(), error);
  if (voice_.debugs())
    voice_.log(LogLevel::debug, fmt::format("connection {} ended: {}", connection.epoch(), to_string(error)));
  const auto which = links_.which(connection);
  if (!which) return;
  const std::shared_ptr<link::Link> gone = links_.release(*which);
  if (which == Which::other) {
    return happens([&](Life& life) { life.other_lost(error, Clock::now(), random_unit()); });
  }
  const Life::Failure failure = failure_of(error);
  if (life_.end() == nullptr) counters_.failures.failed(Clock::now());
  happens([&](Life& life) { life.lost(failure, Clock::now(), random_unit()); });
}

// The user's policy is asked once of each error, and not at all when the end is decided already.
Life::Failure Engine::failure_of(const Error& error) {
  const Severity severity = life_.is_decided() ? Severity::fatal : severity_of(error);
  return {error, severity, policy::retry_after(error, wall_now()).value_or(0ms)};
}

Severity Engine::severity_of(const Error& error) {
  const auto& policy = settings_.own<&Options::retry_policy>();
  if (!policy) return classify(error);
  const auto answer = contained([&] { return policy(error); });
  if (!answer) voice_.failed("retry_policy", "Retry policy error", answer.error().what);
  return answer ? answer->value_or(classify(error)) : classify(error);
}

void Engine::queue_level(bool high, std::uint64_t bytes) {
  const auto name = high ? telemetry::Name::send_queue_high : telemetry::Name::send_queue_low;
  if (!telemetry::is_attached(name)) return;
  loop_->post([self = shared_from_this(), high, bytes] { self->voice_.events().queue_level(high, bytes); });
}

// ---- callbacks

void Engine::call_handler(const Message& message) {
  const bool timed = telemetry::is_attached(telemetry::Name::handler_slow);
  const TimePoint begun = timed ? Clock::now() : TimePoint{};
  const auto called = contained([&] { settings_.handler()(voice_.ref(), message); });
  if (timed) voice_.events().handler_took(Clock::now() - begun);
  if (!called) handler_failed(called.error().what);
}

void Engine::handler_failed(const std::string& what) {
  voice_.failed("handler", "Handler error", what);
  if (settings_.options().handler_failure != HandlerFailure::stop) return;
  const Error error{errc::cancelled, Phase::open, "the handler failed: " + what};
  happens([&](Life& life) { life.handler_failed(error); });
}

void Engine::heartbeat_due(bool sent, bool missed) {
  if (missed) {
    counters_.failures.failed(Clock::now());
    voice_.events().heartbeat_missed();
  }
  if (sent) voice_.events().heartbeat_sent();
  if (sent && voice_.debugs()) voice_.log(LogLevel::debug, "heartbeat sent");
  if (missed && voice_.debugs()) {
    voice_.log(LogLevel::debug,
               fmt::format("heartbeat missed, {} in a row", counters_.link.heartbeat.missed_in_a_row.value()));
  }
}

void Engine::measured(std::chrono::microseconds round_trip) {
  calls_.measured(round_trip);
  counters_.failures.succeeded();
  voice_.events().heartbeat_answered(settings_.options().heartbeat.type, round_trip);
  if (voice_.debugs()) voice_.log(LogLevel::debug, fmt::format("heartbeat answered after {} us", round_trip.count()));
}

// What goes is told by whoever sends, with the door locked: the logger is called later, on the loop.
void Engine::say_of_frame(record::Direction dir, std::string line) {
  if (dir == record::Direction::in) return voice_.log(LogLevel::debug, line);
  loop_->post([self = shared_from_this(), line = std::move(line)] { self->voice_.log(LogLevel::debug, line); });
}

link::FrameWatch::Say Engine::say_of_frames() {
  if (!settings_.options().debug) return {};
  return [this](record::Direction dir, std::string line) { say_of_frame(dir, std::move(line)); };
}

}  // namespace zenws::client

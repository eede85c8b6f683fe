#include "client/rate_limiter.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <zenws/runtime.hpp>

#include "base/contain.hpp"
#include "base/logger.hpp"

namespace zenws {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds longest_interval = 24h * 365;

// Runs in a row before the loop's other work gets its turn.
constexpr int runs_in_a_row = 64;

std::unexpected<Error> refused(errc code, std::string detail) {
  const Phase phase = code == errc::invalid_config ? Phase::config : Phase::open;
  return std::unexpected{Error{code, phase, std::move(detail)}};
}

Result<> check(const RateLimiterOptions& options) {
  const auto refuse = [](const char* text) { return refused(errc::invalid_config, text); };
  if (options.tokens == 0) return refuse("Tokens must be positive");
  if (options.refill_rate == 0) return refuse("Refill rate must be positive");
  if (options.refill_interval <= 0ms) return refuse("Refill interval must be positive");
  if (options.refill_interval > longest_interval) return refuse("Refill interval must be at most 365 days");
  if (!options.request_cost) return refuse("Request cost must be a function");
  return {};
}

std::uint64_t next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

bool is_by_dialect(const RateLimiterOptions& options) noexcept {
  const auto* const cost = options.request_cost.target<decltype(&rate_cost::by_dialect)>();
  return cost != nullptr && *cost == &rate_cost::by_dialect;
}

// Calls what is the user's: what it throws is logged, and goes no further.
template <class F>
auto call(F&& user, std::string_view what) noexcept {
  auto result = contained(user);
  if (!result) write_log(LogLevel::warning, fmt::format("{}: {}", what, result.error().what));
  return result;
}

}  // namespace

std::string_view to_string(PressureLevel level) noexcept {
  switch (level) {
    case PressureLevel::none:
      return "none";
    case PressureLevel::low:
      return "low";
    case PressureLevel::medium:
      return "medium";
    case PressureLevel::high:
      return "high";
  }
  return "unknown";
}

RateLimiter::State::State(RateLimiterOptions options, std::shared_ptr<net::Loop> loop)
    : id_{next_id()},
      options_{std::move(options)},
      asks_dialect_{is_by_dialect(options_)},
      loop_{std::move(loop)},
      bucket_{{options_.tokens, options_.refill_rate, options_.refill_interval}, Clock::now()} {}

// ---- taking tokens

Result<std::uint64_t> RateLimiter::State::cost_of(std::string_view request, const Dialect* dialect) const {
  const bool asks_dialect = dialect != nullptr && asks_dialect_;
  const auto cost = call([&] { return asks_dialect ? dialect->cost(request) : options_.request_cost(request); },
                         "Request cost error");
  if (!cost) return refused(errc::invalid_config, "Request cost has thrown");
  if (*cost > options_.tokens) {
    return refused(errc::invalid_config, fmt::format("costs {} tokens, the bucket holds {}", *cost, options_.tokens));
  }
  return *cost;
}

TimePoint RateLimiter::State::refill(client::LimiterEvents& events) {
  const TimePoint now = Clock::now();
  const std::uint64_t before = bucket_.tokens();
  bucket_.refill(now);
  if (bucket_.tokens() != before) events.refilled(before, bucket_.tokens(), options_.refill_rate);
  return now;
}

bool RateLimiter::State::take(std::uint64_t cost, client::LimiterEvents& events) {
  if (!bucket_.take(cost, refill(events))) return false;
  events.consumed(bucket_.tokens(), cost);
  return true;
}

// What was taken from the queue to be run counts as waiting until it has run; but what it asks for itself comes after
// it.
bool RateLimiter::State::would_overtake() const noexcept {
  return !queue_.empty() || (running_ && !loop_->is_this_thread());
}

Result<> RateLimiter::State::consume(std::string_view request, const Dialect* dialect) {
  const Result<std::uint64_t> cost = cost_of(request, dialect);
  if (!cost) return std::unexpected{cost.error()};
  client::LimiterEvents events{id_};
  const Lock lock{mutex_};
  if (would_overtake()) return refused(errc::rate_limited, "others wait for their tokens already");
  if (!take(*cost, events)) {
    return refused(errc::rate_limited, fmt::format("costs {} tokens, there are {}", *cost, bucket_.tokens()));
  }
  return {};
}

Result<> RateLimiter::State::submit(std::string_view request, const Dialect* dialect, Run run,
                                    StillWanted still_wanted) {
  const Result<std::uint64_t> cost = cost_of(request, dialect);
  if (!cost) return std::unexpected{cost.error()};
  client::LimiterEvents events{id_};
  Lock lock{mutex_};
  if (would_overtake() || !take(*cost, events)) {
    if (over_) return refused(errc::closed, "the rate limiter's runtime has ended");
    if (queue_.size() >= options_.max_queue_size) {
      events.queue_was_full(queue_.size());
      return refused(errc::queue_full, fmt::format("max_queue_size is {}", options_.max_queue_size));
    }
    queue_.push_back({*cost, std::move(run), std::move(still_wanted)});
    events.queued(queue_.size(), *cost);
    queue_changed();
    if (!std::exchange(woken_, true)) run_soon();
    return {};
  }
  lock.unlock();
  events.tell();
  (void)call(run, "Rate limiter's run error");
  return {};
}

// ---- the queue, on the loop

void RateLimiter::State::run_soon() {
  loop_->post([self = shared_from_this()] { self->start_running(); });
}

void RateLimiter::State::start_running() {
  if (!timer_) {
    if (const Lock lock{mutex_}; over_) return;
    if (!loop_->enter(*this)) return loop_ends();
    timer_.emplace(loop_->timers(), [self = this] { self->run_waiting(); });
  }
  run_waiting();
}

void RateLimiter::State::run_waiting() {
  const auto self = shared_from_this();
  client::LimiterEvents events{id_};
  Lock lock{mutex_};
  if (running_) return;
  running_ = true;
  for (int i = 0; i < runs_in_a_row && run_first(lock, events); ++i) {
  }
  running_ = false;
  woken_ = !queue_.empty();
  if (timer_) timer_->arm(queue_.empty() ? never : bucket_.available_at(queue_.front().cost));
}

// False when nobody waits, or the first has to wait longer.
bool RateLimiter::State::run_first(Lock& lock, client::LimiterEvents& events) {
  if (queue_.empty()) return false;
  Waiting& first = queue_.front();
  const bool wanted = first.is_wanted();
  if (wanted && !take(first.cost, events)) return false;
  std::optional<Waiting> taken{std::move(first)};
  queue_.pop_front();
  queue_changed();
  lock.unlock();
  events.tell();
  if (wanted) (void)call(taken->run, "Rate limiter's run error");
  taken.reset();  // it may be the user's, like the run itself
  lock.lock();
  return true;
}

void RateLimiter::State::sweep() {
  std::vector<Waiting> unwanted;  // destroyed after the lock
  const Lock lock{mutex_};
  for (Waiting& waiting : std::exchange(queue_, {})) {
    if (waiting.is_wanted()) {
      queue_.push_back(std::move(waiting));
    } else {
      unwanted.push_back(std::move(waiting));
    }
  }
  queue_changed();
  if (!unwanted.empty() && !queue_.empty()) run_soon();  // another may be the first now, and cost less
}

// ---- pressure

// Of the tokens after the last refill.
RateLimiterStatus RateLimiter::State::status_now() {
  const std::uint64_t next = queue_.empty() ? 1 : queue_.front().cost;
  const Clock::duration wait = bucket_.time_to_available(next, Clock::now());
  const PressureLevel level = policy::pressure(queue_.size(), options_.max_queue_size);
  return {.tokens = bucket_.tokens(),
          .queue_size = queue_.size(),
          .pressure_level = level,
          .suggested_delay = policy::suggested_delay(level, options_.refill_interval),
          .time_to_available = std::chrono::ceil<std::chrono::milliseconds>(wait)};
}

RateLimiterStatus RateLimiter::State::status() {
  client::LimiterEvents events{id_};
  const Lock lock{mutex_};
  refill(events);
  return status_now();
}

// Under the lock, so that the loop hears of changes in their order.
void RateLimiter::State::queue_changed() {
  const PressureLevel level = policy::pressure(queue_.size(), options_.max_queue_size);
  const PressureLevel before = std::exchange(pressure_, level);
  if (before == level) return;
  if (!options_.on_pressure && !telemetry::is_attached(telemetry::Name::limiter_pressure)) return;
  loop_->post([self = shared_from_this(), status = status_now(), before] { self->tell_pressure(status, before); });
}

void RateLimiter::State::tell_pressure(const RateLimiterStatus& status, PressureLevel before) {
  if (const Lock lock{mutex_}; over_) return;
  const double ratio = static_cast<double>(status.queue_size) / static_cast<double>(options_.max_queue_size);
  telemetry::emit(telemetry::Name::limiter_pressure,
                  {{"queue_size", static_cast<double>(status.queue_size)}, {"ratio", ratio}},
                  {{"limiter", std::to_string(id_)},
                   {"level", to_string(status.pressure_level)},
                   {"previous_level", to_string(before)}});
  if (options_.on_pressure) (void)call([&] { options_.on_pressure(status); }, "Pressure callback error");
}

// ---- the end

// What is never run, to be destroyed without the lock.
std::deque<RateLimiter::State::Waiting> RateLimiter::State::close_queue() {
  const Lock lock{mutex_};
  over_ = true;
  return std::exchange(queue_, {});
}

void RateLimiter::State::loop_ends() {
  const auto self = shared_from_this();
  timer_.reset();
  close_queue().clear();
}

void RateLimiter::State::abandon() noexcept {
  close_queue().clear();
  loop_->post([self = shared_from_this()] {
    self->timer_.reset();
    self->loop_->leave(*self);
  });
}

// ---- the handle

RateLimiter::RateLimiter(std::shared_ptr<State> state) noexcept : state_{std::move(state)} {}

RateLimiter::~RateLimiter() { state_->abandon(); }

Result<std::shared_ptr<RateLimiter>> RateLimiter::create(RateLimiterOptions options) {
  if (const Result<> valid = check(options); !valid) return std::unexpected{valid.error()};
  Runtime& runtime = options.runtime != nullptr ? *options.runtime : Runtime::shared();
  auto loop = runtime.next_loop();
  if (!loop) return std::unexpected{std::move(loop).error()};
  auto state = std::make_shared<State>(std::move(options), *std::move(loop));
  return std::shared_ptr<RateLimiter>{new RateLimiter{std::move(state)}};
}

Result<> RateLimiter::consume(std::string_view request) { return state_->consume(request, nullptr); }

Result<> RateLimiter::submit(std::string_view request, std::move_only_function<void()> run) {
  return state_->submit(request, nullptr, std::move(run));
}

RateLimiterStatus RateLimiter::status() const { return state_->status(); }

std::uint64_t RateLimiter::id() const noexcept { return state_->id(); }

}  // namespace zenws

/// \file
/// A token bucket with a queue: what has no tokens now runs when it has.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include <zenws/error.hpp>

namespace zenws {

class Runtime;

namespace client {
class LimiterGate;
}  // namespace client

/// How full the queue of a RateLimiter is.
enum class PressureLevel : std::uint8_t {
  none,    ///< Below 25 %.
  low,     ///< From 25 %.
  medium,  ///< From 50 %.
  high,    ///< From 75 %.
};
/// The level's name.
[[nodiscard]] std::string_view to_string(PressureLevel level) noexcept;

/// What a request costs, by venue: for RateLimiterOptions::request_cost. A text that is no JSON object with a `method`
/// costs as "anything else". Threads: any.
namespace rate_cost {
/// Deribit's: `public/…` 1, `private/get_…` 5, `private/set_…` 10, `private/buy` and `private/sell` 15, anything
/// else 5.
[[nodiscard]] std::uint64_t deribit(std::string_view request);
/// Binance's: `klines` 2, anything else 1.
[[nodiscard]] std::uint64_t binance(std::string_view request);
/// Everything costs 1.
[[nodiscard]] std::uint64_t simple(std::string_view request);
/// What the dialect of the client that sends it says (Dialect::cost); 1 without one, and for RateLimiter::consume and
/// submit.
[[nodiscard]] std::uint64_t by_dialect(std::string_view request);
}  // namespace rate_cost

/// A RateLimiter at one moment.
struct RateLimiterStatus {
  std::uint64_t tokens = 0;                            ///< To be had now.
  std::size_t queue_size = 0;                          ///< Submissions that wait.
  PressureLevel pressure_level = PressureLevel::none;  ///< By queue_size and max_queue_size.
  /// How long to wait before the next request: the refill interval × 0, 1, 2, 4, by the pressure.
  std::chrono::milliseconds suggested_delay{0};
  /// Until the first of the queue has its tokens; without a queue, until there is a token. Rounded up.
  std::chrono::milliseconds time_to_available{0};
};

/// How a RateLimiter is made. The default lets 100 requests through at once, and 10 each second after that.
struct RateLimiterOptions {
  /// Most tokens in the bucket; it starts full.
  std::uint64_t tokens = 100;
  /// Tokens added each refill_interval.
  std::uint64_t refill_rate = 10;
  /// Between two refills; at most 365 days. Short ones spread the requests more evenly.
  std::chrono::milliseconds refill_interval{1000};
  /// Tokens that a request costs, told by its text (of a binary message: its bytes). Called on any thread, several at
  /// once; what it throws makes the call fail with errc::invalid_config.
  std::function<std::uint64_t(std::string_view request)> request_cost = rate_cost::by_dialect;
  /// Most submissions that wait; zero = none ever waits.
  std::size_t max_queue_size = 100;
  /// Called on the limiter's loop whenever the pressure level has changed, one call at a time, in order. What it throws
  /// is caught and logged.
  std::function<void(const RateLimiterStatus&)> on_pressure = {};
  /// On whose loop the queue runs; null = Runtime::shared().
  Runtime* runtime = nullptr;
};

/// A token bucket with a queue, for one client (Options::rate_limiter), for many that share a venue's limit, or alone.
///
/// Threads:  any thread may call any function.
/// Lifetime: destroying it drops what is queued: each `run` is destroyed without being called. So does the end of its
///           Runtime; submit() then answers errc::closed when tokens are missing.
/// See:      docs/guide/rate-limiting.md, examples/08_rate_limit.cpp
class RateLimiter {
 public:
  /// Makes one; the bucket is full. Errors: errc::invalid_config, the broken rule as detail.
  [[nodiscard]] static Result<std::shared_ptr<RateLimiter>> create(RateLimiterOptions options = {});
  ~RateLimiter();
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;

  /// Takes the tokens for a request, which you then send; never waits, never queues, never overtakes what is queued.
  ///
  /// Errors: errc::rate_limited when tokens are missing or submissions wait; errc::invalid_config when it costs more
  /// than the bucket holds.
  [[nodiscard]] Result<> consume(std::string_view request);
  /// Runs `run` here and now when there are tokens and nothing waits; otherwise queues it, and runs it on the limiter's
  /// loop when its tokens have come, first in, first out. `request` is only looked at. What `run` throws is caught and
  /// logged; it must not block when it runs on the loop.
  ///
  /// Errors: errc::queue_full; errc::invalid_config when it costs more than the bucket holds. `run` is destroyed then.
  [[nodiscard]] Result<> submit(std::string_view request, std::move_only_function<void()> run);
  /// How things stand. Waits for nobody.
  [[nodiscard]] RateLimiterStatus status() const;
  /// The limiter's id, unique in the process and the same for its whole life.
  [[nodiscard]] std::uint64_t id() const noexcept;

 private:
  friend class client::LimiterGate;
  class State;
  explicit RateLimiter(std::shared_ptr<State> state) noexcept;
  std::shared_ptr<State> state_;
};

}  // namespace zenws

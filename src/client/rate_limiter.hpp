// A rate limiter's one lock: the bucket, who waits for its tokens, and the loop that runs them when they have come.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include <zenws/dialect.hpp>
#include <zenws/rate_limiter.hpp>

#include "client/limiter_events.hpp"
#include "net/loop.hpp"
#include "policy/token_bucket.hpp"

namespace zenws {

class RateLimiter::State final : public std::enable_shared_from_this<State>, private net::Tenant {
 public:
  using Run = std::move_only_function<void()>;
  // Asked under the lock: calls nothing of the user's and not this limiter.
  using StillWanted = std::move_only_function<bool()>;

  State(RateLimiterOptions options, std::shared_ptr<net::Loop> loop);

  // `dialect`: of the client that sends it, for rate_cost::by_dialect; null: it has none.
  [[nodiscard]] Result<> consume(std::string_view request, const Dialect* dialect);
  // Without `still_wanted`: it always is. One that is not wanted any more goes without being run, and costs nothing.
  [[nodiscard]] Result<> submit(std::string_view request, const Dialect* dialect, Run run,
                                StillWanted still_wanted = {});
  // Destroys what is not wanted any more. Any thread.
  void sweep();
  [[nodiscard]] RateLimiterStatus status();
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  // Drops what waits and lets go of the loop. Any thread.
  void abandon() noexcept;

 private:
  using Lock = std::unique_lock<std::mutex>;
  struct Waiting {
    std::uint64_t cost;
    Run run;
    StillWanted still_wanted;
    [[nodiscard]] bool is_wanted() { return !still_wanted || still_wanted(); }
  };

  void loop_ends() override;
  [[nodiscard]] Result<std::uint64_t> cost_of(std::string_view request, const Dialect* dialect) const;
  [[nodiscard]] bool would_overtake() const noexcept;
  void run_soon();
  TimePoint refill(client::LimiterEvents& events);
  [[nodiscard]] bool take(std::uint64_t cost, client::LimiterEvents& events);
  void start_running();
  void run_waiting();
  bool run_first(Lock& lock, client::LimiterEvents& events);
  [[nodiscard]] std::deque<Waiting> close_queue();
  void queue_changed();
  [[nodiscard]] RateLimiterStatus status_now();
  void tell_pressure(const RateLimiterStatus& status, PressureLevel before);

  const std::uint64_t id_;
  const RateLimiterOptions options_;
  const bool asks_dialect_;
  const std::shared_ptr<net::Loop> loop_;
  std::optional<net::Timer> timer_;  // touched on the loop only; while we live there

  std::mutex mutex_;
  policy::TokenBucket bucket_;
  std::deque<Waiting> queue_;
  PressureLevel pressure_ = PressureLevel::none;
  bool woken_ = false;    // the loop knows that something waits
  bool running_ = false;  // run_waiting() is at work: whoever comes now queues behind
  bool over_ = false;     // nothing waits any more
};

}  // namespace zenws

// What asking a rate limiter costs: the bucket alone, and the limiter that threads share.
#include <chrono>
#include <limits>
#include <memory>

#include <benchmark/benchmark.h>

#include <zenws/rate_limiter.hpp>

#include "base/clock.hpp"
#include "policy/token_bucket.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t plenty = std::numeric_limits<std::uint64_t>::max() / 2;

void bucket_take(benchmark::State& state) {
  zenws::TimePoint now{};
  zenws::policy::TokenBucket bucket{{.capacity = 1000, .refill = 1000, .interval = 1ms}, now};
  for (auto _ : state) {
    now += 1us;
    benchmark::DoNotOptimize(bucket.take(1, now));
  }
}
BENCHMARK(bucket_take);

void limiter_consume(benchmark::State& state) {
  static const std::shared_ptr<zenws::RateLimiter> limiter = *zenws::RateLimiter::create({.tokens = plenty});
  for (auto _ : state) benchmark::DoNotOptimize(limiter->consume(R"({"method":"public/test"})"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(limiter_consume)->Threads(1)->Threads(2)->UseRealTime();

void limiter_cost(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        zenws::rate_cost::deribit(R"({"jsonrpc":"2.0","id":1,"method":"private/buy","params":{"amount":10}})"));
  }
}
BENCHMARK(limiter_cost);

}  // namespace

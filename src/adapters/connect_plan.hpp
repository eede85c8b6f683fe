// Connecting an adapter: its rate limiter, and its plan, which is the url, the options, and what becomes of a client
// that is open (`with`).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/rate_limiter.hpp>

namespace zenws::adapters {

// One made by `make`, unless none is wanted or the user has brought one. Errors: RateLimiter::create's.
inline Result<> limit_rate(Options& options, bool wanted, Result<std::shared_ptr<RateLimiter>> (*make)(Runtime*)) {
  if (!wanted || options.rate_limiter) return {};
  auto limiter = make(options.runtime);
  if (!limiter) return std::unexpected{limiter.error()};
  options.rate_limiter = *std::move(limiter);
  return {};
}

// Waits. Errors: the plan's, Client::connect's.
template <class Plan>
auto connect_planned(Result<Plan> plan) -> Result<decltype(std::declval<Plan>().with(std::declval<Client>()))> {
  if (!plan) return std::unexpected{plan.error()};
  auto client = Client::connect(plan->url, std::move(plan->options));
  if (!client) return std::unexpected{client.error()};
  return std::move(*plan).with(*std::move(client));
}

// The same without waiting: `done` gets it once, here or on the client's loop.
template <class Plan, class Venue>
void connect_planned(Result<Plan> plan, std::move_only_function<void(Result<Venue>)> done) {
  if (!plan) return done(std::unexpected{plan.error()});
  const std::string url = plan->url;
  Options options = std::move(plan->options);
  async_connect(url, std::move(options),
                [plan = *std::move(plan), done = std::move(done)](Result<Client> client) mutable {
                  if (!client) return done(std::unexpected{client.error()});
                  done(std::move(plan).with(*std::move(client)));
                });
}

}  // namespace zenws::adapters

// Connecting an adapter by its plan: the url, the options, and what becomes of a client that is open (`with`).
#pragma once

#include <functional>
#include <string>
#include <utility>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>

namespace zenws::adapters {

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

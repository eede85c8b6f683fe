// The connection drops while an order is open. With cancel-on-disconnect Deribit cancels it; the client comes back,
// logs in, enables that again and restores its subscriptions, and places the order anew.
#include <cstdio>
#include <future>
#include <string>
#include <variant>

#include <zenws/adapters/deribit.hpp>
#include <zenws/simulators/deribit_simulator.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

int main() {
  auto simulator = zenws::simulators::DeribitSimulator::start({.client_id = "me", .client_secret = "secret"});
  if (!simulator) return give_up(simulator.error());
  std::promise<void> restored;

  zenws::adapters::DeribitOptions options{
      .url = simulator->url(), .client_id = "me", .client_secret = "secret", .cancel_on_disconnect = true};
  options.client.retry_count = zenws::unlimited;
  options.client.retry_delay = 10ms;
  options.client.handler = [](const zenws::Message&) {};
  options.client.on_lifecycle = [&](const zenws::Lifecycle& event) {
    if (std::holds_alternative<zenws::Disconnected>(event)) std::printf("the connection is lost\n");
    if (std::holds_alternative<zenws::Restored>(event)) restored.set_value();
  };
  auto deribit = zenws::adapters::Deribit::connect(options);
  if (!deribit) return give_up(deribit.error());
  auto subscribed = deribit->subscribe_and_wait({"user.orders.any.any.raw"});
  if (!subscribed) return give_up(subscribed.error());

  const zenws::adapters::deribit::OrderRequest wanted{
      .instrument_name = "BTC-PERPETUAL", .amount = 10, .price = 49'000, .label = "mine"};
  const auto first = deribit->buy(wanted);
  if (!first) return give_up(first.error());
  std::printf("%s is %s\n", first->order.order_id.c_str(), first->order.order_state.c_str());

  simulator->server().simulate_disconnect(zenws::testing::Disconnect::abrupt());
  restored.get_future().wait();

  const auto fate = deribit->get_order_state(first->order.order_id);
  if (!fate) return give_up(fate.error());
  std::printf("%s is %s: %s\n", fate->order_id.c_str(), fate->order_state.c_str(), fate->cancel_reason.c_str());
  if (fate->is_open()) return 1;
  const auto second = deribit->buy(wanted);
  if (!second) return give_up(second.error());
  std::printf("%s is %s\n", second->order.order_id.c_str(), second->order.order_state.c_str());
  return deribit->close() ? 0 : 1;
}

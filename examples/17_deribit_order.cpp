// An order at Deribit: placed, changed, cancelled; and what Deribit says when that is too late.
// The far end is a simulator; leave `url` and the key out, and it is test.deribit.com with the key of the environment.
#include <cstdio>
#include <string>

#include <zenws/adapters/deribit.hpp>
#include <zenws/simulators/deribit_simulator.hpp>

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

static void print(const zenws::adapters::deribit::Order& order) {
  std::printf("%s  %s %.0f USD at %.1f, filled %.0f\n", order.order_id.c_str(), order.order_state.c_str(), order.amount,
              order.price.value_or(0), order.filled_amount);
}

int main() {
  auto simulator = zenws::simulators::DeribitSimulator::start({.client_id = "me", .client_secret = "secret"});
  if (!simulator) return give_up(simulator.error());
  simulator->set_level("BTC-PERPETUAL", zenws::simulators::SimulatedSide::sell, 50'000, 20);

  auto deribit = zenws::adapters::Deribit::connect(
      {.url = simulator->url(), .client_id = "me", .client_secret = "secret", .cancel_on_disconnect = true});
  if (!deribit) return give_up(deribit.error());

  const auto placed =
      deribit->buy({.instrument_name = "BTC-PERPETUAL", .amount = 50, .price = 50'000, .label = "first"});
  if (!placed) return give_up(placed.error());
  print(placed->order);  // 20 traded at once, 30 wait

  const auto moved = deribit->edit(placed->order.order_id, 60, 49'950);
  if (!moved) return give_up(moved.error());
  print(moved->order);

  const auto cancelled = deribit->cancel(placed->order.order_id);
  if (!cancelled) return give_up(cancelled.error());
  print(*cancelled);

  const auto too_late = deribit->cancel(placed->order.order_id);
  if (too_late) return 1;
  std::printf("%s\n", zenws::explain(too_late.error()).message.c_str());

  const auto positions = deribit->get_positions("BTC");
  if (!positions) return give_up(positions.error());
  for (const auto& position : *positions) {
    std::printf("%s %.0f USD at %.1f\n", position.instrument_name.c_str(), position.size, position.average_price);
  }
  return deribit->close() ? 0 : 1;
}

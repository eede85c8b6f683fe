// A fresh connection takes the place of an old one: the feed goes on, every update comes once, nobody is disconnected.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <variant>

#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/simulators/deribit_simulator.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

int main() {
  auto venue = zenws::simulators::DeribitSimulator::start();
  if (!venue) return give_up(venue.error());
  std::promise<zenws::Rotated> rotated;
  std::atomic<int> updates{0};

  zenws::Options options{.max_age = 23h, .dialect = zenws::Dialect::deribit()};  // and by itself, every 23 hours
  options.on_lifecycle = [&](const zenws::Lifecycle& event) {
    if (const auto* done = std::get_if<zenws::Rotated>(&event)) rotated.set_value(*done);
  };
  options.handler = zenws::overloaded{[&](const zenws::JsonMessage&) { ++updates; }, [](const auto&) {}};
  auto client = zenws::Client::connect(venue->url(), options);
  if (!client) return give_up(client.error());
  if (auto wanted = client->subscribe_and_wait({"book.BTC-PERPETUAL.100ms"}); !wanted) return give_up(wanted.error());

  if (auto begun = client->rotate(); !begun) return give_up(begun.error());
  const zenws::Rotated done = rotated.get_future().get();
  std::printf("connection %d has taken over; both were open for %d us; state: %s\n", static_cast<int>(done.epoch),
              static_cast<int>(done.overlap.count()), std::string{to_string(client->get_state())}.c_str());
  return client->close() ? 0 : 1;
}

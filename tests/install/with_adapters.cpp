// A user of a venue: connects to the simulated one, asks the time, and closes.
#include <cstdio>
#include <string>

#include <zenws/adapters/deribit.hpp>
#include <zenws/simulators/deribit_simulator.hpp>

int main() {
  auto simulator = zenws::simulators::DeribitSimulator::start();
  if (!simulator) return 1;
  auto deribit = zenws::adapters::Deribit::connect(
      {.url = simulator->url(), .client_id = "simulated", .client_secret = "simulated-secret"});
  if (!deribit) {
    std::puts(zenws::to_string(deribit.error()).c_str());
    return 1;
  }
  const auto time = deribit->get_time();
  return deribit->close() && time && *time > 0 ? 0 : 1;
}

// The simulator's face: what a test asks for is done on the server's thread.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <zenws/simulators/deribit_simulator.hpp>

#include "simulators/deribit/venue.hpp"
#include "simulators/moment.hpp"
#include "simulators/venue_host.hpp"

namespace zenws::simulators {

struct DeribitSimulator::State : VenueHost<deribit::Venue> {
  using VenueHost::VenueHost;
};

DeribitSimulator::DeribitSimulator(std::unique_ptr<State> state) : state_{std::move(state)} {}
DeribitSimulator::DeribitSimulator(DeribitSimulator&&) noexcept = default;
DeribitSimulator& DeribitSimulator::operator=(DeribitSimulator&&) noexcept = default;
DeribitSimulator::~DeribitSimulator() = default;

Result<DeribitSimulator> DeribitSimulator::start(DeribitSimulatorOptions options) {
  std::set<std::string> names;
  for (const SimulatedInstrument& instrument : options.instruments) {
    if (!names.insert(instrument.name).second) {
      return std::unexpected{
          Error{errc::invalid_config, Phase::config, "two instruments of one name: " + instrument.name}};
    }
  }
  auto state = std::make_unique<State>(options);
  testing::ServerOptions how = std::move(options.server);
  how.on_open = [raw = state.get()](std::uint64_t connection) { raw->venue.opened(connection); };
  if (const Result<> started = state->start(std::move(how)); !started) return std::unexpected{started.error()};
  return DeribitSimulator{std::move(state)};
}

std::string DeribitSimulator::url() const { return state_->server->url("/ws/api/v2"); }
testing::Server& DeribitSimulator::server() noexcept { return *state_->server; }

void DeribitSimulator::set_level(std::string_view instrument, SimulatedSide side, double price, double amount) {
  state_->act([&] { return state_->venue.set_level(instrument, side, price, amount, Moment::now()); });
}

SimulatedBook DeribitSimulator::book(std::string_view instrument) const {
  return state_->ask([&] {
    const deribit::Instrument* const traded = state_->venue.exchange().find(instrument);
    return traded != nullptr ? traded->book.view() : SimulatedBook{};
  });
}

std::optional<SimulatedBook> DeribitSimulator::book_at(std::string_view instrument, std::uint64_t change_id) const {
  return state_->ask([&]() -> std::optional<SimulatedBook> {
    const deribit::Instrument* const traded = state_->venue.exchange().find(instrument);
    if (traded == nullptr) return std::nullopt;
    const auto kept = std::ranges::find(traded->history, change_id, &SimulatedBook::change_id);
    return kept == traded->history.end() ? std::nullopt : std::optional{*kept};
  });
}

void DeribitSimulator::skip_changes(std::string_view instrument, std::size_t count) {
  state_->server->call([&] {
    if (deribit::Instrument* const traded = state_->venue.exchange().find(instrument)) traded->skip += count;
  });
}

void DeribitSimulator::repeat_change(std::string_view instrument) {
  state_->act([&] { return state_->venue.repeat_change(instrument, Moment::now()); });
}

std::vector<SimulatedOrder> DeribitSimulator::orders() const {
  return state_->ask([&] {
    std::vector<SimulatedOrder> list;
    list.reserve(state_->venue.exchange().orders().size());
    for (const auto& [number, order] : state_->venue.exchange().orders()) {
      list.push_back({order.id, order.instrument, order.label, order.state, order.cancel_reason, order.connection});
    }
    return list;
  });
}

void DeribitSimulator::expire_tokens() {
  state_->server->call([&] { state_->venue.login().expire_all(); });
}

void DeribitSimulator::change_secret(std::string secret) {
  state_->server->call([&] { state_->venue.login().change_secret(std::move(secret)); });
}

std::size_t DeribitSimulator::sessions() const {
  return state_->ask([&] { return state_->venue.sessions(); });
}

std::vector<std::string> DeribitSimulator::subscriptions(std::uint64_t connection) const {
  return state_->ask([&] { return state_->venue.subscriptions(connection); });
}

std::vector<std::string> DeribitSimulator::calls(std::uint64_t connection) const {
  return state_->ask([&] { return state_->venue.calls(connection); });
}

}  // namespace zenws::simulators

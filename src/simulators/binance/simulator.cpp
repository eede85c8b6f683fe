// The simulator's face: what a test asks for is done on the server's thread.
#include <set>
#include <utility>

#include <zenws/simulators/binance_simulator.hpp>

#include "simulators/binance/venue.hpp"
#include "simulators/moment.hpp"
#include "simulators/venue_host.hpp"

namespace zenws::simulators {

using binance::Symbol;

std::vector<std::string> default_symbols() { return {"BTCUSDT", "ETHUSDT"}; }

struct BinanceSimulator::State : VenueHost<binance::Venue> {
  using VenueHost::VenueHost;

  template <class F>
  void with(std::string_view symbol, F f) {
    server->call([&] {
      if (Symbol* const found = venue.market().find(symbol)) f(*found);
    });
  }
};

BinanceSimulator::BinanceSimulator(std::unique_ptr<State> state) : state_{std::move(state)} {}
BinanceSimulator::BinanceSimulator(BinanceSimulator&&) noexcept = default;
BinanceSimulator& BinanceSimulator::operator=(BinanceSimulator&&) noexcept = default;
BinanceSimulator::~BinanceSimulator() = default;

Result<BinanceSimulator> BinanceSimulator::start(BinanceSimulatorOptions options) {
  std::set<std::string> names;
  for (const std::string& symbol : options.symbols) {
    if (!names.insert(symbol).second) {
      return std::unexpected{Error{errc::invalid_config, Phase::config, "two symbols of one name: " + symbol}};
    }
  }
  auto state = std::make_unique<State>(options);
  State* const raw = state.get();
  testing::ServerOptions how = std::move(options.server);
  how.on_upgrade = [raw](const testing::UpgradeSeen& upgrade) { return raw->venue.upgrading(upgrade); };
  how.on_open = [raw](std::uint64_t connection) { raw->carry_out(raw->venue.opened(connection, Moment::now())); };
  how.on_ping = [raw](std::uint64_t connection, std::string_view) {
    raw->carry_out(raw->venue.pinged(connection, Moment::now()));
  };
  how.on_pong = [raw](std::uint64_t connection, std::string_view payload) {
    raw->carry_out(raw->venue.ponged(connection, payload, Moment::now()));
  };
  if (const Result<> started = state->start(std::move(how)); !started) return std::unexpected{started.error()};
  return BinanceSimulator{std::move(state)};
}

std::string BinanceSimulator::url(std::string_view path) const { return state_->server->url(path); }
testing::Server& BinanceSimulator::server() noexcept { return *state_->server; }

void BinanceSimulator::set_level(std::string_view symbol, SimulatedSide side, double price, double quantity) {
  state_->act([&] { return state_->venue.set_level(symbol, side, price, quantity, Moment::now()); });
}

void BinanceSimulator::trade(std::string_view symbol, double price, double quantity, bool buyer_is_maker) {
  state_->act([&] { return state_->venue.trade(symbol, price, quantity, buyer_is_maker, Moment::now()); });
}

SimulatedBook BinanceSimulator::book(std::string_view symbol) const {
  SimulatedBook book;
  state_->with(symbol, [&](const Symbol& traded) { book = traded.book(); });
  return book;
}

std::optional<SimulatedBook> BinanceSimulator::book_at(std::string_view symbol, std::uint64_t update_id) const {
  std::optional<SimulatedBook> book;
  state_->with(symbol, [&](const Symbol& traded) { book = traded.book_at(update_id); });
  return book;
}

Result<std::string> BinanceSimulator::snapshot(std::string_view symbol, std::size_t limit) const {
  std::optional<std::string> text;
  state_->with(symbol, [&](Symbol& traded) { text = traded.snapshot(limit).dump(); });
  if (text) return *std::move(text);
  return std::unexpected{Error{errc::not_found, Phase::none, "Invalid symbol: " + std::string{symbol}}};
}

// By the state, which stays where it is when the simulator is moved.
SimulatedSnapshots BinanceSimulator::snapshots() const {
  return [raw = state_.get()](const std::string& symbol, std::move_only_function<void(Result<std::string>)> done) {
    std::optional<std::string> text;
    raw->with(symbol, [&](Symbol& traded) { text = traded.snapshot(1000).dump(); });
    if (text) return done(*std::move(text));
    done(std::unexpected{Error{errc::not_found, Phase::none, "Invalid symbol: " + symbol}});
  };
}

void BinanceSimulator::make_snapshots_stale(std::string_view symbol, std::size_t count) {
  state_->with(symbol, [&](Symbol& traded) { traded.make_snapshots_stale(count); });
}

std::uint64_t BinanceSimulator::snapshots_given(std::string_view symbol) const {
  std::uint64_t given = 0;
  state_->with(symbol, [&](const Symbol& traded) { given = traded.snapshots_given(); });
  return given;
}

void BinanceSimulator::skip_events(std::string_view symbol, std::size_t count) {
  state_->with(symbol, [&](Symbol& traded) { traded.skip_events(count); });
}

void BinanceSimulator::repeat_event(std::string_view symbol) {
  state_->act([&] { return state_->venue.repeat_event(symbol); });
}

void BinanceSimulator::age_connections(std::chrono::milliseconds by) {
  state_->act([&] { return state_->venue.age_connections(by, Moment::now()); });
}

std::size_t BinanceSimulator::sessions() const {
  return state_->ask([&] { return state_->venue.sessions(); });
}

std::vector<std::string> BinanceSimulator::subscriptions(std::uint64_t connection) const {
  return state_->ask([&] { return state_->venue.subscriptions(connection); });
}

std::vector<std::string> BinanceSimulator::disconnects() const {
  return state_->ask([&] { return state_->venue.disconnects(); });
}

std::size_t BinanceSimulator::busiest() const {
  return state_->ask([&] { return state_->venue.busiest(); });
}

}  // namespace zenws::simulators

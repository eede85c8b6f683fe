// The venue on a server: carries messages between the two, keeps time, and lets any thread ask.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <zenws/testing/deribit_simulator.hpp>

#include "testing/deribit_moment.hpp"
#include "testing/deribit_venue.hpp"

namespace zenws::testing {

using deribit::Moment;
using deribit::Venue;

// All of it is touched on the server's thread only. The server is destroyed first: nothing calls us then.
struct DeribitSimulator::State {
  explicit State(const DeribitSimulatorOptions& options) : venue{options} {}

  Venue venue;
  TimePoint alarm = never;
  bool serving = false;  // before, the script cannot call the server
  std::optional<Server> server;

  // Own answers go out as the script's replies: the server may answer before we know it.
  std::vector<Reply> received(const ReceivedMessage& message) {
    Venue::Output output = venue.received(message.connection, message.payload, Moment::now());
    std::vector<Reply> replies;
    std::erase_if(output.messages, [&](Venue::Message& each) {
      const bool is_own = each.connection == message.connection;
      if (is_own) replies.push_back({.binary = false, .payload = std::move(each.text)});
      return is_own;
    });
    carry_out(output);
    return replies;
  }

  void carry_out(const Venue::Output& output) {
    if (!serving) return;
    for (const Venue::Message& message : output.messages) server->send_to(message.connection, message.text);
    // Later: what was said before must be written first.
    for (const std::uint64_t connection : output.disconnect) {
      server->call_after({}, [this, connection] { disconnect(connection); });
    }
    set_alarm();
  }

  // One that is half-open will never tell that it has ended.
  void disconnect(std::uint64_t connection) {
    if (!server->simulate_disconnect_one(connection)) carry_out(venue.ended(connection, Moment::now()));
  }

  void set_alarm() {
    const TimePoint due = venue.deadline();
    if (due >= alarm) return;
    alarm = due;
    const auto delay = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
    server->call_after(std::max(delay, std::chrono::milliseconds{0}), [this, due] {
      if (alarm == due) alarm = never;
      carry_out(venue.tick(Moment::now()));
    });
  }

  template <class F>
  auto ask(F f) {
    std::optional<decltype(f())> answer;
    server->call([&] { answer = f(); });
    return answer;
  }
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
  ServerOptions how = std::move(options.server);
  how.script = [raw = state.get()](const ReceivedMessage& message) { return raw->received(message); };
  how.on_open = [raw = state.get()](std::uint64_t connection) { raw->venue.opened(connection); };
  how.on_end = [raw = state.get()](std::uint64_t connection) {
    raw->carry_out(raw->venue.ended(connection, Moment::now()));
  };
  auto server = Server::start(std::move(how));
  if (!server) return std::unexpected{server.error()};
  state->server.emplace(*std::move(server));
  state->server->call([&] {
    state->serving = true;
    state->set_alarm();
  });
  return DeribitSimulator{std::move(state)};
}

std::string DeribitSimulator::url() const { return state_->server->url("/ws/api/v2"); }
Server& DeribitSimulator::server() noexcept { return *state_->server; }

void DeribitSimulator::set_level(std::string_view instrument, SimulatedSide side, double price, double amount) {
  state_->server->call(
      [&] { state_->carry_out(state_->venue.set_level(instrument, side, price, amount, Moment::now())); });
}

SimulatedBook DeribitSimulator::book(std::string_view instrument) const {
  const auto found = state_->ask([&] {
    const deribit::Instrument* const traded = state_->venue.exchange().find(instrument);
    return traded != nullptr ? traded->book.view() : SimulatedBook{};
  });
  return found.value_or(SimulatedBook{});
}

std::optional<SimulatedBook> DeribitSimulator::book_at(std::string_view instrument, std::uint64_t change_id) const {
  const auto found = state_->ask([&]() -> std::optional<SimulatedBook> {
    const deribit::Instrument* const traded = state_->venue.exchange().find(instrument);
    if (traded == nullptr) return std::nullopt;
    const auto kept = std::ranges::find(traded->history, change_id, &SimulatedBook::change_id);
    return kept == traded->history.end() ? std::nullopt : std::optional{*kept};
  });
  return found.value_or(std::nullopt);
}

void DeribitSimulator::skip_changes(std::string_view instrument, std::size_t count) {
  state_->server->call([&] {
    if (deribit::Instrument* const traded = state_->venue.exchange().find(instrument)) traded->skip += count;
  });
}

void DeribitSimulator::repeat_change(std::string_view instrument) {
  state_->server->call([&] { state_->carry_out(state_->venue.repeat_change(instrument, Moment::now())); });
}

std::vector<SimulatedOrder> DeribitSimulator::orders() const {
  const auto all = state_->ask([&] {
    std::vector<SimulatedOrder> list;
    list.reserve(state_->venue.exchange().orders().size());
    for (const auto& [number, order] : state_->venue.exchange().orders()) {
      list.push_back({order.id, order.instrument, order.label, order.state, order.cancel_reason, order.connection});
    }
    return list;
  });
  return all.value_or(std::vector<SimulatedOrder>{});
}

void DeribitSimulator::expire_tokens() {
  state_->server->call([&] { state_->venue.login().expire_all(); });
}

void DeribitSimulator::change_secret(std::string secret) {
  state_->server->call([&] { state_->venue.login().change_secret(std::move(secret)); });
}

std::size_t DeribitSimulator::sessions() const {
  return state_->ask([&] { return state_->venue.sessions(); }).value_or(0);
}

std::vector<std::string> DeribitSimulator::subscriptions(std::uint64_t connection) const {
  return state_->ask([&] { return state_->venue.subscriptions(connection); }).value_or(std::vector<std::string>{});
}

std::vector<std::string> DeribitSimulator::calls(std::uint64_t connection) const {
  return state_->ask([&] { return state_->venue.calls(connection); }).value_or(std::vector<std::string>{});
}

}  // namespace zenws::testing

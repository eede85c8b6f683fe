// Subscriptions, and what they bring. https://docs.deribit.com/#public-subscribe,
// https://docs.deribit.com/#subscriptions
#include <algorithm>
#include <utility>

#include "simulators/deribit/json.hpp"
#include "simulators/deribit/venue.hpp"

namespace zenws::simulators::deribit {

using nlohmann::json;
using Kind = Channel::Kind;

namespace {

// https://docs.deribit.com/articles/notifications
std::string notification(const std::string& channel, const json& data) {
  return json{{"jsonrpc", "2.0"}, {"method", "subscription"}, {"params", {{"channel", channel}, {"data", data}}}}
      .dump();
}

}  // namespace

Answer Venue::public_subscribe(const Call& call) { return subscribe(call, false); }
// https://docs.deribit.com/#private-subscribe: public channels too.
Answer Venue::private_subscribe(const Call& call) { return subscribe(call, true); }

// What is not known, or not allowed, is left out of the answer. What is subscribed already stays as it is.
Answer Venue::subscribe(const Call& call, bool with_private) {
  const auto names = call.params.texts("channels");
  if (!names) return std::unexpected{refusal::invalid_params("channels", "must be a list of texts")};
  std::map<std::string, Channel> known;
  for (const std::string& name : *names) {
    const auto channel = read_channel(name);
    if (!channel || (channel->is_private() && !with_private)) continue;
    if (channel->instrument.empty() || exchange_.find(channel->instrument) != nullptr) known.emplace(name, *channel);
  }
  const auto is_raw = [](const auto& entry) { return entry.second.is_raw; };
  if (std::ranges::any_of(known, is_raw) && !login_.allows(call.connection, {}, call.now.steady)) {
    return std::unexpected{refusal::raw_needs_login()};
  }
  json subscribed = json::array();
  for (const auto& [name, channel] : known) {
    subscribed.push_back(name);
    if (call.session.channels.emplace(name, channel).second) greet(call.connection, name, channel, call.now);
  }
  return subscribed;
}

// https://docs.deribit.com/#public-unsubscribe: the answer lists what was unsubscribed.
Answer Venue::unsubscribe(const Call& call) {
  const auto names = call.params.texts("channels");
  if (!names) return std::unexpected{refusal::invalid_params("channels", "must be a list of texts")};
  json unsubscribed = json::array();
  for (const std::string& name : *names) {
    if (call.session.channels.erase(name) != 0) unsubscribed.push_back(name);
  }
  return unsubscribed;
}

// https://docs.deribit.com/#public-unsubscribe_all
Answer Venue::unsubscribe_all(const Call& call) {
  call.session.channels.clear();
  return "ok";
}

void Venue::greet(std::uint64_t connection, const std::string& name, const Channel& channel, const Moment& now) {
  const std::int64_t at = now.milliseconds();
  json data;
  if (channel.kind == Kind::book) data = write_snapshot(*exchange_.find(channel.instrument), at);
  if (channel.kind == Kind::book_top) data = write_top(*exchange_.find(channel.instrument), channel.depth, at);
  if (channel.kind == Kind::ticker) data = write_ticker(*exchange_.find(channel.instrument), at);
  if (channel.kind == Kind::quote) data = write_quote(*exchange_.find(channel.instrument), at);
  if (!data.is_null()) after_the_answer_.push_back({connection, notification(name, data)});
}

void Venue::tell(const Event& event, const Moment& now) {
  if (const auto* const changed = std::get_if<BookChanged>(&event)) {
    tell_book(*changed, now.milliseconds());
  } else if (const auto* const traded = std::get_if<Traded>(&event)) {
    notify(traded->trade.instrument, Kind::trades, json::array({write(traded->trade)}));
  } else if (const auto* const ours = std::get_if<AccountTraded>(&event)) {
    notify(ours->trade.instrument, Kind::user_trades, json::array({write(ours->trade)}));
  } else if (const auto* const order = std::get_if<OrderChanged>(&event)) {
    notify(order->order.instrument, Kind::user_orders, write(order->order));
  }
}

void Venue::tell_book(const BookChanged& changed, std::int64_t at) {
  Instrument& instrument = *exchange_.find(changed.instrument);
  if (instrument.skip != 0) {
    --instrument.skip;
  } else {
    notify(changed.instrument, Kind::book, write_change(changed.instrument, changed.change, at));
  }
  notify(changed.instrument, Kind::ticker, write_ticker(instrument, at));
  notify(changed.instrument, Kind::quote, write_quote(instrument, at));
  for_each_listener(
      changed.instrument, Kind::book_top, [&](std::uint64_t connection, const auto& name, const auto& channel) {
        output_.messages.push_back({connection, notification(name, write_top(instrument, channel.depth, at))});
      });
}

void Venue::notify(const std::string& instrument, Kind kind, const json& data) {
  for_each_listener(instrument, kind, [&](std::uint64_t connection, const auto& name, const auto&) {
    output_.messages.push_back({connection, notification(name, data)});
  });
}

template <class F>
void Venue::for_each_listener(const std::string& instrument, Kind kind, F f) {
  for (const auto& [connection, session] : sessions_) {
    for (const auto& [name, channel] : session.channels) {
      if (channel.kind == kind && channel.is_about(instrument)) f(connection, name, channel);
    }
  }
}

Venue::Output Venue::repeat_change(std::string_view name, const Moment& now) {
  const Instrument* const instrument = exchange_.find(name);
  if (instrument != nullptr && instrument->last_change) {
    const std::string& traded = instrument->terms.name;
    notify(traded, Kind::book, write_change(traded, *instrument->last_change, now.milliseconds()));
  }
  return take_output(now);
}

}  // namespace zenws::simulators::deribit

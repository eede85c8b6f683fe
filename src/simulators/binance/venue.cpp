// Connections: what they may, what they ask for, and what they are told. See binance_venue.hpp.
//
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, "General WSS information" and
// "WebSocket Limits". That page tells when a connection is ended, not how; who breaks a rule is closed with 1008, as
// clients report (https://github.com/hummingbot/hummingbot/issues/7044).
#include "simulators/binance/venue.hpp"

#include <algorithm>
#include <utility>

namespace zenws::simulators::binance {

using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr std::uint16_t policy_violation = 1008;
constexpr std::size_t most_disconnects_kept = 10'000;

testing::Disconnect for_breaking_a_rule(const std::string& why) {
  return testing::Disconnect::code(policy_violation, why);
}

// With durations that can be added to a time.
BinanceSimulatorOptions bounded(BinanceSimulatorOptions options) {
  for (std::chrono::milliseconds* const duration :
       {&options.depth_interval, &options.fast_depth_interval, &options.ping_interval, &options.pong_timeout,
        &options.limit_interval, &options.connection_lifetime}) {
    *duration = zenws::bounded(*duration);
  }
  return options;
}

}  // namespace

Venue::Venue(const BinanceSimulatorOptions& options)
    : options_{bounded(options)}, market_{options_}, api_{market_, options_.weight_limit} {}

// ---- a connection's life

std::optional<HttpResponse> Venue::upgrading(const testing::UpgradeSeen& upgrade) {
  auto target = read_target(upgrade.target);
  if (!target) return HttpResponse{.status = 404, .reason = "Not Found"};
  arriving_.insert_or_assign(upgrade.connection, *std::move(target));
  return std::nullopt;
}

Venue::Output Venue::opened(std::uint64_t connection, const Moment& now) {
  auto arrived = arriving_.extract(connection);
  Session& session = sessions_[connection];
  session.opened = now.steady;
  if (options_.ping_interval > 0ms) session.next_ping = now.steady + options_.ping_interval;
  if (!arrived.empty()) session.target = std::move(arrived.mapped());
  if (session.target.kind == Target::Kind::api) api_.connected(now);
  listen(connection, session, std::exchange(session.target.streams, {}), now);
  return std::exchange(output_, {});
}

Venue::Output Venue::ended(std::uint64_t connection, const Moment&) {
  sessions_.erase(connection);
  return std::exchange(output_, {});
}

void Venue::dismiss(std::uint64_t connection, Session& session, std::string why, const testing::Disconnect& how) {
  if (std::exchange(session.is_leaving, true)) return;
  output_.disconnect.push_back({.connection = connection, .how = how});
  if (disconnects_.size() < most_disconnects_kept) disconnects_.push_back(std::move(why));
}

// "A connection that goes beyond the limit will be disconnected": 5 incoming messages a second, where PING and PONG
// frames count like JSON messages.
bool Venue::count(std::uint64_t connection, Session& session, const Moment& now) {
  std::deque<TimePoint>& arrivals = session.arrivals;
  arrivals.push_back(now.steady);
  while (arrivals.front() + options_.limit_interval <= now.steady) arrivals.pop_front();
  busiest_ = std::max(busiest_, arrivals.size());
  if (options_.message_limit == 0 || arrivals.size() <= options_.message_limit) return true;
  dismiss(connection, session, "Too many requests", for_breaking_a_rule("Too many requests"));
  return false;
}

Venue::Output Venue::pinged(std::uint64_t connection, const Moment& now) {
  if (const auto found = sessions_.find(connection); found != sessions_.end()) count(connection, found->second, now);
  return std::exchange(output_, {});
}

// "Unsolicited pong frames are allowed, but will not prevent disconnection."
Venue::Output Venue::ponged(std::uint64_t connection, std::string_view payload, const Moment& now) {
  const auto found = sessions_.find(connection);
  if (found == sessions_.end()) return {};
  Session& session = found->second;
  const auto answered = std::ranges::find(session.unanswered, payload, &Ping::payload);
  if (answered != session.unanswered.end()) session.unanswered.erase(session.unanswered.begin(), answered + 1);
  count(connection, session, now);
  return std::exchange(output_, {});
}

// ---- requests

Venue::Output Venue::received(std::uint64_t connection, const std::string& text, const Moment& now) {
  const auto found = sessions_.find(connection);
  if (found == sessions_.end() || found->second.is_leaving) return {};
  Session& session = found->second;
  if (session.target.kind == Target::Kind::api) {
    say(connection, api_.answer(text, session.target.shows_limits, now));
  } else if (count(connection, session, now)) {
    if (const auto request = read_stream_request(text)) {
      carry_out(connection, session, *request, now);
    } else {
      say(connection, request.error());
    }
  }
  return std::exchange(output_, {});
}

void Venue::carry_out(std::uint64_t connection, Session& session, const StreamRequest& request, const Moment& now) {
  json answer{{"result", nullptr}, {"id", request.id}};
  switch (request.method) {
    case StreamRequest::Method::subscribe:
      listen(connection, session, request.streams, now);
      if (session.is_leaving) return;
      break;
    case StreamRequest::Method::unsubscribe:
      for (const std::string& stream : request.streams) session.streams.erase(stream);
      break;
    case StreamRequest::Method::list_subscriptions:
      answer["result"] = session.streams;
      break;
    case StreamRequest::Method::set_property:
      session.target.is_combined = request.value;
      break;
    case StreamRequest::Method::get_property:
      answer["result"] = session.target.is_combined;
      break;
  }
  say(connection, answer.dump());
}

// A stream that does not exist is taken, and brings nothing. "A single connection can listen to a maximum of 1024
// streams."
void Venue::listen(std::uint64_t connection, Session& session, const std::vector<std::string>& streams,
                   const Moment& now) {
  session.streams.insert(streams.begin(), streams.end());
  if (session.streams.size() > options_.stream_limit) {
    return dismiss(connection, session, "Too many streams", for_breaking_a_rule("Too many streams"));
  }
  for (const std::string& name : streams) {
    const auto top = read_top_stream(name);
    if (top && market_.find(top->symbol) != nullptr) tops_.try_emplace(name, *top, now.steady + interval_of(*top));
  }
}

// ---- what streams bring

void Venue::tell(const std::vector<Event>& events) {
  for (const Event& event : events) {
    for (const auto& [connection, session] : sessions_) {
      if (session.is_leaving || !session.streams.contains(event.stream)) continue;
      const bool is_combined = session.target.is_combined;
      say(connection,
          is_combined ? json{{"stream", event.stream}, {"data", event.payload}}.dump() : event.payload.dump());
    }
  }
}

// "Partial Book Depth Streams": the top of the book, each interval.
void Venue::tell_tops(const Moment& now) {
  for (auto& [name, top] : tops_) {
    if (top.next > now.steady) continue;
    top.next = now.steady + interval_of(top.stream);
    tell({{name, write_depth(market_.find(top.stream.symbol)->book(top.stream.depth))}});
  }
  std::erase_if(tops_, [&](const auto& top) {
    return std::ranges::none_of(sessions_, [&](const auto& each) { return each.second.streams.contains(top.first); });
  });
}

std::chrono::milliseconds Venue::interval_of(const TopStream& stream) const {
  return std::max(1ms, stream.is_fast ? options_.fast_depth_interval : options_.depth_interval);
}

// ---- time

TimePoint Venue::deadline() const noexcept {
  TimePoint next = market_.deadline();
  for (const auto& [name, top] : tops_) next = std::min(next, top.next);
  for (const auto& [connection, session] : sessions_) {
    if (session.is_leaving) continue;
    next = std::min({next, session.next_ping, session.opened + options_.connection_lifetime});
    if (!session.unanswered.empty()) next = std::min(next, session.unanswered.front().sent + options_.pong_timeout);
  }
  return next;
}

Venue::Output Venue::tick(const Moment& now) {
  tell(market_.tick(now));
  tell_tops(now);
  for (auto& [connection, session] : sessions_) {
    if (!session.is_leaving) look_after(connection, session, now);
  }
  return std::exchange(output_, {});
}

// "The WebSocket server will send a ping frame every 20 seconds. If it does not receive a pong frame back within a
// minute the connection will be disconnected." "A single connection is only valid for 24 hours."
void Venue::look_after(std::uint64_t connection, Session& session, const Moment& now) {
  if (session.opened + options_.connection_lifetime <= now.steady) {
    return dismiss(connection, session, "24 hours", testing::Disconnect::normal());
  }
  if (!session.unanswered.empty() && session.unanswered.front().sent + options_.pong_timeout <= now.steady) {
    return dismiss(connection, session, "Pong timeout", for_breaking_a_rule("Pong timeout"));
  }
  if (session.next_ping > now.steady) return;
  session.next_ping = now.steady + options_.ping_interval;
  Ping ping{.payload = std::to_string(now.milliseconds()), .sent = now.steady};
  output_.pings.push_back({connection, ping.payload});
  session.unanswered.push_back(std::move(ping));
}

// ---- what the test asks for

Venue::Output Venue::set_level(std::string_view symbol, SimulatedSide side, double price, double quantity,
                               const Moment& now) {
  tell(market_.set_level(symbol, side, price, quantity, now));
  return std::exchange(output_, {});
}

Venue::Output Venue::trade(std::string_view name, double price, double quantity, bool buyer_is_maker,
                           const Moment& now) {
  Symbol* const symbol = market_.find(name);
  if (symbol != nullptr) tell(symbol->trade(price, quantity, buyer_is_maker, now.milliseconds()));
  return std::exchange(output_, {});
}

Venue::Output Venue::repeat_event(std::string_view name) {
  if (const Symbol* const symbol = market_.find(name)) {
    for (const bool is_fast : {false, true}) {
      if (auto event = symbol->last_event(is_fast)) tell({*std::move(event)});
    }
  }
  return std::exchange(output_, {});
}

Venue::Output Venue::age_connections(std::chrono::milliseconds by, const Moment& now) {
  for (auto& [connection, session] : sessions_) session.opened -= zenws::bounded(by);
  return tick(now);
}

std::vector<std::string> Venue::subscriptions(std::uint64_t connection) const {
  const auto found = sessions_.find(connection);
  if (found == sessions_.end()) return {};
  return {found->second.streams.begin(), found->second.streams.end()};
}

}  // namespace zenws::simulators::binance

#include "simulators/deribit/venue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace zenws::simulators::deribit {

namespace {

using nlohmann::json;

constexpr std::size_t most_calls_kept = 100'000;

std::string heartbeat_text(const char* type) {
  return json{{"jsonrpc", "2.0"}, {"method", "heartbeat"}, {"params", {{"type", type}}}}.dump();
}

}  // namespace

Venue::Venue(const DeribitSimulatorOptions& options)
    : options_{options},
      exchange_{options},
      login_{options.client_id, options.client_secret, bounded(options.token_lifetime)},
      account_bucket_{options.credits ? options.credits->maximum : 0, Clock::now()} {}

// ---- a connection's life

void Venue::opened(std::uint64_t connection) {
  sessions_[connection].cancels_on_disconnect = account_cancels_on_disconnect_;
}

// https://docs.deribit.com/#private-enable_cancel_on_disconnect: orders of other connections stay.
Venue::Output Venue::ended(std::uint64_t connection, const Moment& now) {
  const auto found = sessions_.find(connection);
  if (found == sessions_.end()) return {};
  const bool cancels = found->second.cancels_on_disconnect && !found->second.left;
  sessions_.erase(found);
  login_.leave(connection);
  if (!cancels) return {};
  std::vector<std::string> open;
  for (const auto& [number, order] : exchange_.orders()) {
    if (order.is_open() && order.connection == connection) open.push_back(order.id);
  }
  for (const std::string& id : open) (void)exchange_.cancel(id, "cancel_on_disconnect", now);
  return take_output(now);
}

// ---- a request

Venue::Output Venue::received(std::uint64_t connection, const std::string& text, const Moment& now) {
  const auto found = sessions_.find(connection);
  if (found == sessions_.end()) return {};
  Session& session = found->second;
  const json request = json::parse(text, nullptr, false);
  const bool is_request = request.is_object() && request.contains("method") && request["method"].is_string();
  const json id = is_request && request.contains("id") ? request["id"] : json{};
  if (!is_request) {
    reply(connection, id, std::unexpected{refusal::bad_request()}, now.microseconds);
    return take_output(now);
  }
  const std::string method = request["method"].get<std::string>();
  std::vector<std::string>& calls = calls_[connection];
  if (calls.size() < most_calls_kept) calls.push_back(method);
  // "we immediately send a too_many_requests (code 10028) error and terminate the session"
  if (!has_credits(session, connection, now)) {
    reply(connection, id, std::unexpected{refusal::too_many_requests()}, now.microseconds);
    output_.disconnect.push_back({.connection = connection});
    return take_output(now);
  }
  const json none = json::object();
  const auto params = request.find("params");
  const Call call{connection, session, Params{params == request.end() ? none : *params}, now};
  reply(connection, id, answer(method, call), now.microseconds);
  return take_output(now);
}

Answer Venue::answer(const std::string& method, const Call& call) {
  const auto found = methods().find(method);
  if (found == methods().end()) return std::unexpected{refusal::method_not_found()};
  const bool needs_login = method.starts_with("private/");
  if (needs_login && !login_.allows(call.connection, call.params.text_or("access_token", {}), call.now.steady)) {
    return std::unexpected{refusal::unauthorized("invalid_token")};
  }
  return (this->*found->second)(call);
}

void Venue::reply(std::uint64_t connection, const json& id, const Answer& answer, std::int64_t received_at) {
  json text{{"jsonrpc", "2.0"}, {"testnet", true}, {"usIn", received_at}, {"usOut", received_at}, {"usDiff", 0}};
  if (!id.is_null()) text["id"] = id;
  if (answer) {
    text["result"] = *answer;
  } else {
    text["error"] = {{"code", answer.error().code}, {"message", answer.error().message}};
    if (!answer.error().data.is_null()) text["error"]["data"] = answer.error().data;
  }
  output_.messages.push_back({connection, text.dump()});
  std::ranges::move(std::exchange(after_the_answer_, {}), std::back_inserter(output_.messages));
}

bool Venue::has_credits(Session& session, std::uint64_t connection, const Moment& now) {
  if (!options_.credits) return true;
  const SimulatedCredits& rule = *options_.credits;
  if (!session.bucket) session.bucket = Bucket{rule.maximum, now.steady};
  Bucket& bucket = login_.allows(connection, {}, now.steady) ? account_bucket_ : *session.bucket;
  const std::chrono::duration<double> passed = now.steady - bucket.at;
  bucket.credits = std::min(rule.maximum, bucket.credits + passed.count() * rule.refill_per_second);
  bucket.at = now.steady;
  if (bucket.credits < rule.cost) return false;
  bucket.credits -= rule.cost;
  return true;
}

Venue::Output Venue::take_output(const Moment& now) {
  for (const Event& event : exchange_.take_events()) tell(event, now);
  return std::exchange(output_, {});
}

// ---- heartbeats

TimePoint Venue::deadline() const noexcept {
  TimePoint next = never;
  for (const auto& [connection, session] : sessions_) {
    if (session.heartbeat) next = std::min(next, session.heartbeat->next);
  }
  return next;
}

// https://docs.deribit.com/#public-set_heartbeat: who does not answer a test_request by public/test is disconnected.
Venue::Output Venue::tick(const Moment& now) {
  for (auto& [connection, session] : sessions_) {
    if (!session.heartbeat || now.steady < session.heartbeat->next) continue;
    if (session.heartbeat->asked) {
      session.heartbeat.reset();
      output_.disconnect.push_back({.connection = connection});
      continue;
    }
    session.heartbeat->asked = true;
    session.heartbeat->next = now.steady + session.heartbeat->interval;
    output_.messages.push_back({connection, heartbeat_text("heartbeat")});
    output_.messages.push_back({connection, heartbeat_text("test_request")});
  }
  return take_output(now);
}

// ---- what the test asks for

Venue::Output Venue::set_level(std::string_view instrument, Side side, double price, double amount, const Moment& now) {
  exchange_.set_outside(instrument, side, price, amount, now);
  return take_output(now);
}

std::vector<std::string> Venue::subscriptions(std::uint64_t connection) const {
  std::vector<std::string> names;
  const auto found = sessions_.find(connection);
  if (found == sessions_.end()) return names;
  names.reserve(found->second.channels.size());
  for (const auto& [name, channel] : found->second.channels) names.push_back(name);
  return names;
}

std::vector<std::string> Venue::calls(std::uint64_t connection) const {
  const auto found = calls_.find(connection);
  return found == calls_.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace zenws::simulators::deribit

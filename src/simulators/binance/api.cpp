// See binance_api.hpp. "General requests" and "Market data requests" of
// https://developers.binance.com/docs/binance-spot-api-docs/websocket-api
#include "simulators/binance/api.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace zenws::simulators::binance {

using nlohmann::json;

namespace {

constexpr std::int64_t minute = 60'000;

// "Order book": by the limit.
std::int64_t depth_weight(std::int64_t limit) {
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1000 ? 50 : 250;
}

}  // namespace

// "IP limits": connecting costs 2.
void Api::connected(const Moment& now) { add_weight(2, now); }

// "How to interpret rate limits": an interval of one minute starts every minute.
void Api::add_weight(std::int64_t weight, const Moment& now) {
  if (std::exchange(minute_, now.milliseconds() / minute) != minute_) weight_ = 0;
  weight_ += weight;
}

// "IP limits": status 429, with the time after which to try again.
std::expected<void, Api::Refusal> Api::pay(std::int64_t weight, const Moment& now) {
  add_weight(weight, now);
  if (weight_ <= weight_limit_) return {};
  return std::unexpected{
      Refusal{.status = 429,
              .code = -1003,
              .text = fmt::format("Too much request weight used; current limit is {} request weight per 1 MINUTE. "
                                  "Please use WebSocket Streams for live updates to avoid polling the API.",
                                  weight_limit_),
              .data = {{"serverTime", now.milliseconds()}, {"retryAfter", (minute_ + 1) * minute}}}};
}

std::string Api::answer(const std::string& text, bool shows_limits, const Moment& now) {
  const json request = json::parse(text, nullptr, false);
  json reply{{"id", nullptr}};
  Answer answer = std::unexpected{Refusal{.code = -1135, .text = "Invalid JSON Request"}};
  if (request.is_object()) {
    if (request.contains("id")) reply["id"] = request["id"];
    const json params = request.value("params", json::object());
    const auto method = request.find("method");
    const std::string name = method != request.end() && method->is_string() ? method->get<std::string>() : "";
    answer = carry_out(name, params.is_object() ? params : json::object(), now);
    if (params.is_object() && params.contains("returnRateLimits")) shows_limits = params["returnRateLimits"] == true;
  }
  reply["status"] = answer ? 200 : answer.error().status;
  if (answer) {
    reply["result"] = *std::move(answer);
  } else {
    reply["error"] = {{"code", answer.error().code}, {"msg", answer.error().text}};
    if (!answer.error().data.is_null()) reply["error"]["data"] = answer.error().data;
  }
  if (shows_limits) {
    reply["rateLimits"] = json::array({{{"rateLimitType", "REQUEST_WEIGHT"},
                                        {"interval", "MINUTE"},
                                        {"intervalNum", 1},
                                        {"limit", weight_limit_},
                                        {"count", weight_}}});
  }
  return reply.dump();
}

// "Test connectivity", "Check server time". The documentation names no error for a method that is not there; -1020 is
// the nearest of its list.
Api::Answer Api::carry_out(const std::string& method, const json& params, const Moment& now) {
  if (method == "ping" || method == "time") {
    if (const auto paid = pay(1, now); !paid) return std::unexpected{paid.error()};
    json result = json::object();
    if (method == "time") result["serverTime"] = now.milliseconds();
    return result;
  }
  if (method == "depth") return depth(params, now);
  if (method == "ticker.price") return ticker_price(params, now);
  return std::unexpected{Refusal{.code = -1020, .text = "This operation is not supported."}};
}

std::expected<Symbol*, Api::Refusal> Api::find(const json& params) {
  const auto name = params.find("symbol");
  if (name == params.end() || !name->is_string()) {
    return std::unexpected{
        Refusal{.code = -1102, .text = "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."}};
  }
  Symbol* const symbol = market_.find(name->get<std::string>());
  if (symbol == nullptr) return std::unexpected{Refusal{.code = -1121, .text = "Invalid symbol."}};
  return symbol;
}

// "Order book": 100 levels by default, 5000 at most.
Api::Answer Api::depth(const json& params, const Moment& now) {
  const json limit = params.value("limit", json(100));
  if (!limit.is_number_integer() || limit < 1) {
    return std::unexpected{Refusal{.code = -1130, .text = "Data sent for parameter 'limit' is not valid."}};
  }
  const std::int64_t levels = std::min(limit.get<std::int64_t>(), std::int64_t{most_levels});
  if (const auto paid = pay(depth_weight(levels), now); !paid) return std::unexpected{paid.error()};
  const auto symbol = find(params);
  if (!symbol) return std::unexpected{symbol.error()};
  return (*symbol)->snapshot(static_cast<std::size_t>(levels));
}

// "Symbol price ticker", of one symbol.
Api::Answer Api::ticker_price(const json& params, const Moment& now) {
  if (const auto paid = pay(2, now); !paid) return std::unexpected{paid.error()};
  const auto symbol = find(params);
  if (!symbol) return std::unexpected{symbol.error()};
  return json{{"symbol", params["symbol"]}, {"price", write_decimal((*symbol)->last_price())}};
}

}  // namespace zenws::simulators::binance

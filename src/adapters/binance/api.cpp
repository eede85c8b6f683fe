// Requests of the WebSocket API. https://developers.binance.com/docs/binance-spot-api-docs/websocket-api
#include <algorithm>
#include <array>
#include <utility>

#include <zenws/adapters/binance_api.hpp>
#include <zenws/rate_limiter.hpp>

#include "adapters/binance/client.hpp"
#include "adapters/binance/names.hpp"
#include "adapters/binance/payload.hpp"
#include "adapters/binance/request.hpp"
#include "adapters/connect_plan.hpp"
#include "adapters/fields.hpp"
#include "adapters/write.hpp"

namespace zenws::adapters {

namespace binance {

using simdjson::dom::element;

namespace {

using namespace std::chrono_literals;

// "Order book": by the limit.
std::uint64_t depth_weight(std::uint64_t limit) {
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1000 ? 50 : 250;
}

Result<Nothing> read_nothing(const element&) { return Nothing{}; }

Result<Timestamp> read_time(const element& result) {
  const Timestamp time = Fields{result}.integer("serverTime");
  if (time == 0) return not_the_answer("serverTime");
  return time;
}

Result<double> read_price(const element& result) {
  const auto text = Fields{result}.field("price");
  const auto price = text ? read_decimal(*text) : std::nullopt;
  if (!price) return not_the_answer("a price");
  return *price;
}

// 6000 of weight a minute, and never more: 2900 at once, 3000 as the minute passes, and connections cost 2 each.
Result<std::shared_ptr<RateLimiter>> weight_limiter(Runtime* runtime) {
  return RateLimiter::create({.tokens = 2900,
                              .refill_rate = 5,
                              .refill_interval = 100ms,
                              .request_cost = request_weight,
                              .max_queue_size = 1000,
                              .runtime = runtime});
}

}  // namespace

Call<Nothing> ping() { return {.method = "ping", .params = {}, .read = &read_nothing}; }

Call<Timestamp> time() { return {.method = "time", .params = {}, .read = &read_time}; }

Call<DepthSnapshot> depth(std::string_view symbol, std::size_t limit) {
  return {
      .method = "depth", .params = write({{"symbol", upper(symbol)}, {"limit", limit}}), .read = &read_depth_snapshot};
}

Call<double> ticker_price(std::string_view symbol) {
  return {.method = "ticker.price", .params = write({{"symbol", upper(symbol)}}), .read = &read_price};
}

std::uint64_t request_weight(std::string_view request) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 7> weights{{{"klines", 2},
                                                                               {"uiKlines", 2},
                                                                               {"avgPrice", 2},
                                                                               {"trades.recent", 25},
                                                                               {"trades.historical", 25},
                                                                               {"trades.aggregate", 4},
                                                                               {"exchangeInfo", 20}}};
  const nlohmann::json json = nlohmann::json::parse(request, nullptr, false);
  const auto found = json.is_object() ? json.find("method") : json.end();
  if (found == json.end() || !found->is_string()) return 1;
  const auto& method = found->get_ref<const std::string&>();
  const nlohmann::json params = json.value("params", nlohmann::json::object());
  if (method == "depth") {
    const auto limit = params.is_object() ? params.find("limit") : params.end();
    return depth_weight(limit != params.end() && limit->is_number_unsigned() ? limit->get<std::uint64_t>() : 100);
  }
  if (method == "ticker.price") return params.is_object() && params.contains("symbol") ? 2 : 4;
  const auto* const row = std::ranges::find(weights, method, &std::pair<std::string_view, std::uint64_t>::first);
  return row == weights.end() ? 1 : row->second;
}

}  // namespace binance

Result<BinanceApi> BinanceApi::connect(BinanceApiOptions options) {
  Options how = std::move(options.client);
  if (const Result<> limited = limit_rate(how, options.limit_rate, &binance::weight_limiter); !limited) {
    return std::unexpected{limited.error()};
  }
  binance::set_up(how, options.heartbeat);
  auto client = Client::connect(options.url, std::move(how));
  if (!client) return std::unexpected{client.error()};
  return BinanceApi{*std::move(client)};
}

std::string BinanceApi::request_of(std::string_view method, std::string_view params) {
  return binance::make_request(method, params);
}

void BinanceApi::send(const Client& client, const std::string& request,
                      std::optional<std::chrono::milliseconds> timeout,
                      std::move_only_function<void(Result<Response>)> done) {
  binance::send(client, request, timeout, std::move(done));
}

Result<> BinanceApi::ping() {
  if (auto pong = call(binance::ping()); !pong) return std::unexpected{pong.error()};
  return {};
}

FetchSnapshot BinanceApi::snapshots(std::size_t limit) const {
  return [ref = ClientRef{client_}, limit](const std::string& symbol,
                                           std::move_only_function<void(Result<std::string>)> done) {
    const auto client = ref.lock();
    if (!client) return done(std::unexpected{Error{errc::closed, Phase::none, "the connection to the API is closed"}});
    const binance::Call<std::string> call{
        .method = "depth",
        .params = binance::depth(symbol, limit).params,
        .read = [](const simdjson::dom::element& result) -> Result<std::string> { return simdjson::minify(result); }};
    send(*client, request_of(call.method, call.params), std::nullopt,
         [call, done = std::move(done)](Result<Response> answer) mutable {
           done(binance::interpret(call, std::move(answer)));
         });
  };
}

}  // namespace zenws::adapters

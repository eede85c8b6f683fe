// A whole adapter for a JSON-RPC venue that does not exist: copy it, and change what your venue does otherwise.
// docs/guide/write-an-adapter.md goes through it step by step.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/json.hpp>
#include <zenws/json_rpc.hpp>
#include <zenws/json_text.hpp>
#include <zenws/rate_limiter.hpp>

namespace acme {

struct Trade {
  std::string market;
  double price = 0;
  std::uint64_t number = 0;  // without gaps within a market
};

struct Settings {
  std::string url = "wss://acme.example/rpc";
  std::string api_key = {};  // empty: only what needs no login
  std::function<void(const Trade&)> on_trade = {};
  zenws::Options client = {};
};

// 1. The venue's errors. What no other attempt can mend is errc::unauthorized: the client ends, and does not retry.
inline zenws::Error error_of(const zenws::json_rpc::Failure& failure) {
  const auto code = failure.code == 401 ? zenws::errc::unauthorized : zenws::errc::protocol_error;
  return zenws::Error{code, zenws::Phase::open, std::to_string(failure.code) + ": " + std::string{failure.message}};
}

// The answer's result, as `read` reads it.
template <class T>
zenws::Result<T> interpret(zenws::Result<zenws::Response> answer,
                           zenws::Result<T> (*read)(const simdjson::dom::element& result)) {
  if (!answer) return std::unexpected{answer.error()};
  const auto match = zenws::json_rpc::match_response(answer->json());
  if (const auto* failure = std::get_if<zenws::json_rpc::Failure>(&match)) return std::unexpected{error_of(*failure)};
  if (const auto* success = std::get_if<zenws::json_rpc::Success>(&match)) return read(success->result());
  return std::unexpected{zenws::Error{zenws::errc::protocol_error, zenws::Phase::open, "neither result nor error"}};
}

// 2. The venue's language: how to subscribe, what its messages mean, how one logs in and stays connected, what it
// costs.
class Language final : public zenws::Dialect {
 public:
  explicit Language(std::string api_key) : api_key_{std::move(api_key)} {}

  [[nodiscard]] std::string subscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return rpc_->subscribe(channels, id);
  }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return rpc_->unsubscribe(channels, id);
  }
  [[nodiscard]] zenws::Reading read(const simdjson::dom::element& message) const override {
    return rpc_->read(message);
  }
  // By this a rotation knows what both of its connections bring.
  [[nodiscard]] std::optional<std::uint64_t> update_id(const simdjson::dom::element& update) const override {
    std::uint64_t number = 0;
    if (update.at_pointer("/params/data/number").get(number) != simdjson::SUCCESS) return std::nullopt;
    return number;
  }
  // On each connection, before subscriptions are restored.
  [[nodiscard]] zenws::Greeting greet() const override {
    if (api_key_.empty()) return {};
    return [params = zenws::json::Object{}.add("key", api_key_).text()](const zenws::ClientRef& ref,
                                                                        zenws::Authenticated done) {
      const auto client = ref.lock();
      if (!client) return;
      auto take = [done = std::move(done)](zenws::Result<zenws::Response> answer) mutable {
        const auto allowed =
            interpret<bool>(std::move(answer), [](const simdjson::dom::element&) { return zenws::Result<bool>{true}; });
        done(allowed ? zenws::Result<>{} : std::unexpected{allowed.error()});
      };
      zenws::async_request(*client, "login", std::move(take), params);
    };
  }
  [[nodiscard]] zenws::Heartbeat heartbeat() const override {
    return zenws::Heartbeat::ping_pong(std::chrono::seconds{20});
  }
  // Orders cost five times what everything else costs.
  [[nodiscard]] std::uint64_t cost(std::string_view message) const override {
    return message.contains(R"("method":"order")") ? 5 : 1;
  }

 private:
  const std::string api_key_;
  const std::shared_ptr<const Dialect> rpc_ = Dialect::json_rpc("subscribe", "unsubscribe");
};

// 3. The venue: a client, put together as the venue wants it.
class Venue {
 public:
  static zenws::Result<Venue> connect(Settings settings) {
    zenws::Options options = std::move(settings.client);
    options.dialect = std::make_shared<Language>(std::move(settings.api_key));
    // Ten requests a second, twenty at once; heartbeats are free.
    auto limiter =
        zenws::RateLimiter::create({.tokens = 20, .refill_rate = 1, .refill_interval = std::chrono::milliseconds{100}});
    if (!limiter) return std::unexpected{limiter.error()};
    options.rate_limiter = *limiter;
    if (settings.on_trade) options.handler = route(std::move(settings.on_trade), std::move(options.handler));
    auto client = zenws::Client::connect(settings.url, std::move(options));
    if (!client) return std::unexpected{client.error()};
    return Venue{*std::move(client)};
  }

  // 4. Typed calls. The client beneath is there for everything else.
  zenws::Result<double> last_price(std::string_view market) {
    const std::string params = zenws::json::Object{}.add("market", market).text();
    return interpret<double>(client_.request("last_price", params), as_price);
  }
  zenws::Result<zenws::Subscribed> trades(std::string_view market) {
    return client_.subscribe_and_wait({"trades." + std::string{market}});
  }
  zenws::Client& client() noexcept { return client_; }

 private:
  explicit Venue(zenws::Client client) : client_{std::move(client)} {}

  static zenws::Result<double> as_price(const simdjson::dom::element& result) {
    double price = 0;
    if (result.get(price) == simdjson::SUCCESS) return price;
    return std::unexpected{zenws::Error{zenws::errc::protocol_error, zenws::Phase::open, "a price is a number"}};
  }
  // Trades to their function, everything else to the user's handler.
  static zenws::Handler route(std::function<void(const Trade&)> on_trade, zenws::Handler next) {
    return [on_trade = std::move(on_trade), next = std::move(next)](const zenws::ClientRef& client,
                                                                    const zenws::Message& message) {
      const auto* const json = std::get_if<zenws::JsonMessage>(&message);
      Trade trade;
      std::string_view market;
      if (json != nullptr && json->json.at_pointer("/params/data/market").get(market) == simdjson::SUCCESS &&
          json->json.at_pointer("/params/data/price").get(trade.price) == simdjson::SUCCESS &&
          json->json.at_pointer("/params/data/number").get(trade.number) == simdjson::SUCCESS) {
        trade.market = market;
        return on_trade(trade);
      }
      if (next) next(client, message);
    };
  }

  zenws::Client client_;
};

}  // namespace acme

// Answers requests of the WebSocket API.
//
// https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/general-api-information
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include <nlohmann/json.hpp>

#include "simulators/binance/market.hpp"
#include "simulators/moment.hpp"

namespace zenws::simulators::binance {

// One address's use of the API. Threads: one at a time.
class Api {
 public:
  Api(Market& market, std::int64_t weight_limit) : market_{market}, weight_limit_{weight_limit} {}

  // A connection costs weight too.
  void connected(const Moment& now);
  // `shows_limits`: unless the request says otherwise.
  [[nodiscard]] std::string answer(const std::string& text, bool shows_limits, const Moment& now);

 private:
  // https://developers.binance.com/docs/binance-spot-api-docs/errors
  struct Refusal {
    int status = 400;
    int code = 0;
    std::string text;
    nlohmann::json data = {};  // null: none
  };
  using Answer = std::expected<nlohmann::json, Refusal>;

  Answer carry_out(const std::string& method, const nlohmann::json& params, const Moment& now);
  Answer depth(const nlohmann::json& params, const Moment& now);
  Answer ticker_price(const nlohmann::json& params, const Moment& now);
  std::expected<Symbol*, Refusal> find(const nlohmann::json& params);
  std::expected<void, Refusal> pay(std::int64_t weight, const Moment& now);
  void add_weight(std::int64_t weight, const Moment& now);

  Market& market_;
  const std::int64_t weight_limit_;
  std::int64_t minute_ = 0;  // since 1970
  std::int64_t weight_ = 0;  // used in it
};

}  // namespace zenws::simulators::binance

// Reads what clients of streams ask for, and refuses it in the documentation's words.
//
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, "Live Subscribing/Unsubscribing to
// streams" and "Error Messages"
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace zenws::simulators::binance {

struct StreamRequest {
  enum class Method : std::uint8_t { subscribe, unsubscribe, list_subscriptions, set_property, get_property };
  Method method = Method::subscribe;
  nlohmann::json id;
  std::vector<std::string> streams = {};  // of the first two
  bool value = false;                     // of set_property
};

// The refusal is the answer's text.
[[nodiscard]] std::expected<StreamRequest, std::string> read_stream_request(const std::string& text);

}  // namespace zenws::simulators::binance

// The heartbeats by their names.
#include <string>
#include <utility>

#include <zenws/heartbeat.hpp>

#include "json/envelope.hpp"

namespace zenws {

namespace {

// https://docs.deribit.com/#public-test, https://docs.deribit.com/#public-set_heartbeat. Functions by name, not
// lambdas: of these it is known that two clients have the same.
std::string deribit_test(std::int64_t id) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":"public/test","params":{}})";
}

ServerBeat deribit_beat(const simdjson::dom::element& message) {
  const json::Envelope envelope = json::read_envelope(message);
  if (json::as_text(envelope.method) != "heartbeat") return ServerBeat::none;
  std::string_view type;
  const bool asks =
      envelope.params && (*envelope.params)["type"].get(type) == simdjson::SUCCESS && type == "test_request";
  return asks ? ServerBeat::asked : ServerBeat::heard;
}

}  // namespace

std::string_view to_string(HeartbeatType type) noexcept {
  switch (type) {
    case HeartbeatType::disabled:
      return "disabled";
    case HeartbeatType::ping_pong:
      return "ping_pong";
    case HeartbeatType::deribit:
      return "deribit";
    case HeartbeatType::binance:
      return "binance";
    case HeartbeatType::custom:
      return "custom";
    case HeartbeatType::request:
      return "request";
    case HeartbeatType::off:
      return "off";
  }
  return "unknown";
}

Heartbeat Heartbeat::ping_pong(std::chrono::milliseconds interval) {
  return {.type = HeartbeatType::ping_pong, .interval = interval};
}

Heartbeat Heartbeat::deribit(std::chrono::milliseconds interval) {
  return {.type = HeartbeatType::deribit, .interval = interval, .request = deribit_test, .server_beat = deribit_beat};
}

Heartbeat Heartbeat::binance(std::chrono::milliseconds interval) {
  return {.type = HeartbeatType::binance, .interval = interval};
}

Heartbeat Heartbeat::custom(std::string message, VariantCallback<bool, Message> is_answer,
                            std::chrono::milliseconds interval) {
  return {.type = HeartbeatType::custom,
          .interval = interval,
          .message = [text = std::move(message)] { return text; },
          .is_answer = std::move(is_answer)};
}

Heartbeat Heartbeat::by_request(std::function<std::string(std::int64_t id)> request,
                                std::function<ServerBeat(const simdjson::dom::element& message)> server_beat,
                                std::chrono::milliseconds interval) {
  return {.type = HeartbeatType::request,
          .interval = interval,
          .request = std::move(request),
          .server_beat = std::move(server_beat)};
}

Heartbeat Heartbeat::off() { return {.type = HeartbeatType::off}; }

}  // namespace zenws

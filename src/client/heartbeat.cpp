// The heartbeats by their names.
#include <utility>

#include <zenws/heartbeat.hpp>

namespace zenws {

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
  }
  return "unknown";
}

Heartbeat Heartbeat::ping_pong(std::chrono::milliseconds interval) {
  return {.type = HeartbeatType::ping_pong, .interval = interval};
}

Heartbeat Heartbeat::deribit(std::chrono::milliseconds interval) {
  return {.type = HeartbeatType::deribit, .interval = interval};
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

}  // namespace zenws

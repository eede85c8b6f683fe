/// \file
/// Heartbeats: how a client finds out that a silent connection is dead.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <zenws/message.hpp>
#include <zenws/variant_callback.hpp>

namespace zenws {

/// Which heartbeat.
enum class HeartbeatType : std::uint8_t {
  disabled,   ///< None is configured: the dialect's, if it has one (Dialect::heartbeat).
  ping_pong,  ///< A ping with a unique payload; its pong is the answer, and the round trip true.
  deribit,    ///< `public/test`; its response is the answer. Inbound test_requests are answered with the same at once.
  binance,    ///< Nothing is sent; the server's pings, which the library always answers, prove that it lives.
  custom,     ///< A text of the user's, answered by a message of the user's choice.
  request,    ///< A request of the user's, answered by the reply with its id; the round trip is true.
  off,        ///< None, also when the dialect has one.
};
/// The type's name.
[[nodiscard]] std::string_view to_string(HeartbeatType type) noexcept;

/// What a message is to a heartbeat of type request.
enum class ServerBeat : std::uint8_t {
  none,   ///< Not the heartbeat's: delivered.
  heard,  ///< The server's own heartbeat: consumed.
  asked,  ///< The server asks for one: consumed, and answered with Heartbeat::request at once.
};

/// A client's heartbeat. Messages of the configured heartbeat are consumed; those of another are ordinary messages.
///
/// A heartbeat that is unanswered when the next is due counts as missed; Options::max_missed_heartbeats in a row end
/// the connection. Detection takes at most interval × (max_missed_heartbeats + 1).
/// See: docs/guide/heartbeats.md
struct Heartbeat {
  HeartbeatType type = HeartbeatType::disabled;  ///< Which.
  /// Between two; zero = Options::heartbeat_interval (binance: 180 s). A binance client's server may stay without a
  /// ping for twice this.
  std::chrono::milliseconds interval{0};
  /// For custom: makes the text to send. Called on the loop.
  std::function<std::string()> message = {};
  /// For custom: true for a message that answers, which is then consumed. Called on the loop with every message; may
  /// take each alternative instead, as a Handler.
  VariantCallback<bool, Message> is_answer = {};
  /// For request, and deribit's own: makes the request with this id, as text; its answer is the reply with that
  /// integer, as the dialect reads it or as JSON-RPC has it. Called on the loop.
  std::function<std::string(std::int64_t id)> request = {};
  /// For request, and may be empty; deribit's own: what a JSON message that is no reply and no update means. Called on
  /// the loop with each.
  std::function<ServerBeat(const simdjson::dom::element& message)> server_beat = {};

  /// Pings of RFC 6455 §5.5.2.
  [[nodiscard]] static Heartbeat ping_pong(std::chrono::milliseconds interval = std::chrono::milliseconds{0});
  /// Deribit's. See: https://docs.deribit.com/#public-set_heartbeat
  [[nodiscard]] static Heartbeat deribit(std::chrono::milliseconds interval = std::chrono::milliseconds{0});
  /// Binance's. See: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
  [[nodiscard]] static Heartbeat binance(std::chrono::milliseconds interval = std::chrono::milliseconds{0});
  /// `message` each interval, answered by a message for which `is_answer` is true.
  [[nodiscard]] static Heartbeat custom(std::string message, VariantCallback<bool, Message> is_answer,
                                        std::chrono::milliseconds interval = std::chrono::milliseconds{0});
  /// A venue's own: `request` each interval, answered by the reply with its id. `server_beat` may be empty.
  [[nodiscard]] static Heartbeat by_request(
      std::function<std::string(std::int64_t id)> request,
      std::function<ServerBeat(const simdjson::dom::element& message)> server_beat = {},
      std::chrono::milliseconds interval = std::chrono::milliseconds{0});
  /// None, whatever the dialect says.
  [[nodiscard]] static Heartbeat off();
};

/// How a client's heartbeat does, at one moment.
struct HeartbeatHealth {
  std::uint64_t failure_count = 0;  ///< Missed in a row, on the present connection.
  /// When the last answer came, milliseconds on the steady clock; none yet = nullopt.
  std::optional<std::chrono::milliseconds> last_heartbeat_at = {};
  HeartbeatType type = HeartbeatType::disabled;            ///< As configured.
  std::chrono::milliseconds interval{0};                   ///< As configured; zero when disabled.
  bool timer_active = false;                               ///< True while a connection is open and heartbeats run.
  std::uint64_t active_heartbeats = 0;                     ///< Sent and not answered yet.
  std::optional<std::chrono::microseconds> last_rtt = {};  ///< Round trip of the last one that measured it.
};

}  // namespace zenws

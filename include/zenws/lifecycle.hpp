/// \file
/// What happens to a client's connection, as events.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <zenws/error.hpp>

namespace zenws {

/// The connection is open, and authenticated where Options::authenticate is set.
struct Connected {
  std::uint64_t epoch;                     ///< 1 for the first connection, +1 for each later one.
  std::chrono::microseconds connect_time;  ///< This attempt, from resolve to 101.
  std::string subprotocol;                 ///< The one the server chose, or empty.
};
/// The connection is lost.
struct Disconnected {
  Error error;               ///< Why.
  std::uint16_t close_code;  ///< The peer's, 1005 when it gave none, 1006 when no close frame came.
};
/// A new attempt is coming.
struct Reconnecting {
  int attempt;                      ///< 1 for the first retry.
  std::chrono::milliseconds delay;  ///< Until it starts.
  Error error;                      ///< Why the last one ended.
};
/// Connected, but these channels bring no data: not confirmed yet after a reconnect, or silent for too long.
struct Degraded {
  std::vector<std::string> channels;  ///< Being subscribed again.
};
/// No channel is missing any more.
struct Restored {
  std::vector<std::string> channels;  ///< Confirmed since Degraded.
};
/// The server refused a channel for good: at once when it was new, after three retries when it had been confirmed. It
/// is not desired any more.
struct SubscriptionRejected {
  std::string channel;  ///< Which.
  Error error;          ///< errc::subscription_rejected with the server's reason, or errc::timeout.
};
/// The client has ended; nothing follows.
struct Stopped {
  Error error;  ///< errc::closed after close().
};
/// What Options::on_lifecycle receives.
using Lifecycle =
    std::variant<Connected, Disconnected, Reconnecting, Degraded, Restored, SubscriptionRejected, Stopped>;

}  // namespace zenws

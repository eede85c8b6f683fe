/// \file
/// How a ClientSupervisor keeps one client.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace zenws {

/// When a client that has ended by itself is started again. Client::close, ClientSupervisor::stop_client and the end of
/// its Runtime are never such an end.
enum class Restart : std::uint8_t {
  permanent,  ///< Always.
  transient,  ///< When it ended abnormally: anything but a normal close (1000, or no code) by the server.
  temporary,  ///< Never.
};
/// The mode's name.
[[nodiscard]] std::string_view to_string(Restart restart) noexcept;

/// How a ClientSupervisor keeps one client. The delays between restarts are those of the client's Options: retry_delay,
/// doubled each time up to max_backoff, with jitter; from the beginning again after a connection of stable_after.
struct ChildOptions {
  /// A name to find it by, unique in its supervisor; may be empty.
  std::string name = {};
  /// When it is started again.
  Restart restart = Restart::transient;
  /// Most restarts `within` a time; one more and this client stops, no other. Zero = none at all.
  int max_restarts = 10;
  /// That time.
  std::chrono::milliseconds within{60'000};
};

}  // namespace zenws

#include "client/by_dialect.hpp"

namespace zenws::client {

Error the_dialect_threw(const Thrown& thrown) {
  return Error{errc::invalid_config, Phase::config, "the dialect threw: " + thrown.what};
}

Result<> complete_by_dialect(Options& options) {
  const auto asked = contained([&] {
    if (options.dialect && options.heartbeat.type == HeartbeatType::disabled) {
      options.heartbeat = options.dialect->heartbeat();
    }
    if (options.dialect && !options.authenticate) options.authenticate = options.dialect->greet();
  });
  if (!asked) return std::unexpected{the_dialect_threw(asked.error())};
  // A type that was given alone, as people write it.
  Heartbeat& heartbeat = options.heartbeat;
  if (heartbeat.type == HeartbeatType::deribit && !heartbeat.request) {
    heartbeat = Heartbeat::deribit(heartbeat.interval);
  }
  return {};
}

}  // namespace zenws::client

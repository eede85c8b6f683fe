#include "client/by_dialect.hpp"

#include "base/contain.hpp"

namespace zenws::client {

Result<> complete_by_dialect(Options& options) {
  const auto thrown = text_of_what_it_throws([&] {
    if (options.dialect && options.heartbeat.type == HeartbeatType::disabled) {
      options.heartbeat = options.dialect->heartbeat();
    }
    if (options.dialect && !options.authenticate) options.authenticate = options.dialect->greet();
  });
  if (thrown) return std::unexpected{Error{errc::invalid_config, Phase::config, "the dialect threw: " + *thrown}};
  // A type that was given alone, as people write it.
  Heartbeat& heartbeat = options.heartbeat;
  if (heartbeat.type == HeartbeatType::deribit && !heartbeat.request) {
    heartbeat = Heartbeat::deribit(heartbeat.interval);
  }
  return {};
}

}  // namespace zenws::client

#include "connect/outcome.hpp"

namespace zenws::program {

Exit exit_of(const Error& end, bool was_open) {
  if (end == errc::max_reconnection_attempts && end.cause() != nullptr) return exit_of(*end.cause(), was_open);
  if (end == errc::invalid_config) return Exit::usage;
  if (!was_open) return Exit::unreachable;
  if (end == errc::protocol_error || end == errc::invalid_utf8 || end == errc::message_too_big) return Exit::protocol;
  if (end == errc::closed) return Exit::ok;
  const CloseReason* const close = end.close();
  const bool closed_normally = close != nullptr && (close->code == 1000 || close->code == 1005);
  return closed_normally ? Exit::ok : Exit::lost;
}

}  // namespace zenws::program

#include <zenws/state.hpp>

namespace zenws {

std::string_view to_string(State state) noexcept {
  switch (state) {
    case State::connecting:
      return "connecting";
    case State::connected:
      return "connected";
    case State::reconnecting:
      return "reconnecting";
    case State::disconnected:
      return "disconnected";
  }
  return "unknown";
}

}  // namespace zenws

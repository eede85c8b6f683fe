// What the server says to an upgrade request, faults included.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/testing/server.hpp>

#include "ws/upgrade.hpp"

namespace zenws::testing {

// The answer's text, and whether WebSocket frames follow it.
struct Greeting {
  bool opens = false;
  std::string text;
  std::optional<ws::DeflateParams> deflate = {};  // nullopt: messages are not compressed
};

// Chooses the first offered subprotocol that is in `spoken`, and compression as both want it.
[[nodiscard]] Greeting greet(ws::ClientHello hello, const Faults& faults, const std::vector<std::string>& spoken,
                             const Compression& compression);

}  // namespace zenws::testing

// A stream of frames as a Protocol reads it, for the targets that fuzz one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/protocol_reader.hpp"
#include "ws/protocol.hpp"

namespace zenws::fuzz {

inline void expect(bool condition) {
  if (!condition) std::abort();
}

struct Receiver {
  ws::Role role;
  ws::Limits limits;
  std::size_t most_memory;
  std::optional<ws::InflateParams> inflate = std::nullopt;
};

// What it reads of `wire`, fed in pieces of that size. Its errors are documented ones, its memory is bounded.
inline std::vector<std::string> events_of(const Receiver& receiver, std::string_view wire, std::size_t piece,
                                          test::ProtocolReader::Manner manner = {}) {
  test::ProtocolReader reader{receiver.role, receiver.limits, manner, receiver.inflate};
  while (!wire.empty()) {
    reader.feed(wire.substr(0, piece));
    wire.remove_prefix(std::min(piece, wire.size()));
  }
  reader.finish();
  if (reader.protocol().next().kind == ws::Event::Kind::failed) {
    const Error& error = reader.protocol().failure();
    expect(error == errc::protocol_error || error == errc::invalid_utf8 || error == errc::message_too_big);
    expect(error.phase() == Phase::open && !error.detail().empty());
  }
  expect(reader.protocol().memory() < receiver.most_memory);
  return reader.events();
}

}  // namespace zenws::fuzz

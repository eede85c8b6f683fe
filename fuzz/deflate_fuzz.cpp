// Any bytes as frames of a connection that agreed to compress: the same events however they are cut, documented errors
// only, and no more memory than the limit wants. And any text as an extension's parameters.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "support/protocol_reader.hpp"
#include "ws/deflate_params.hpp"
#include "ws/protocol.hpp"

namespace {

using zenws::test::ProtocolReader;
namespace ws = zenws::ws;

constexpr ws::Limits limits{.max_message_size = std::size_t{64} << 10U};
constexpr std::size_t inflaters_own = std::size_t{48} << 10U;

void expect(bool condition) {
  if (!condition) std::abort();
}

std::vector<std::string> events_of(ws::Role role, ws::InflateParams inflate, std::string_view wire, std::size_t chunk,
                                   ProtocolReader::Manner manner) {
  ProtocolReader reader{role, limits, manner, inflate};
  while (!wire.empty()) {
    reader.feed(wire.substr(0, chunk));
    wire.remove_prefix(std::min(chunk, wire.size()));
  }
  reader.finish();
  if (reader.protocol().next().kind == ws::Event::Kind::failed) {
    const zenws::Error& error = reader.protocol().failure();
    expect(error == zenws::errc::protocol_error || error == zenws::errc::invalid_utf8 ||
           error == zenws::errc::message_too_big);
    expect(error.phase() == zenws::Phase::open && !error.detail().empty());
  }
  expect(reader.protocol().memory() < 4 * limits.max_message_size + inflaters_own);
  return reader.events();
}

void read_as_parameters(std::string_view text) {
  constexpr zenws::Compression any{.enabled = true, .client_context_takeover = true};
  if (const auto chosen = ws::choose_deflate({text}, any)) {
    const auto agreed = ws::accept_deflate({ws::deflate_answer(*chosen)}, any);
    expect(agreed && *agreed == chosen);
  }
  const auto agreed = ws::accept_deflate({text}, any);
  expect(agreed || (agreed.error() == zenws::errc::bad_accept && !agreed.error().detail().empty()));
}

}  // namespace

// The first byte chooses the role, the context and how the bytes are fed, the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = bytes[0];
  const std::string_view wire{reinterpret_cast<const char*>(bytes) + 1, size - 1};
  read_as_parameters(wire);
  const ws::Role role = (choice & 1U) != 0 ? ws::Role::server : ws::Role::client;
  const ws::InflateParams inflate{.window_bits = static_cast<int>(8 + (choice >> 5U)),
                                  .keeps_context = (choice & 2U) != 0};
  const ProtocolReader::Manner manner{.keeps = (choice & 4U) != 0,
                                      .reads_directly = (choice & 8U) != 0,
                                      .pads = true,
                                      .stops_after = (choice >> 4U) & 1U};
  const auto whole = events_of(role, inflate, wire, wire.size(), {});
  expect(events_of(role, inflate, wire, 1, {}) == whole);
  expect(events_of(role, inflate, wire, 1 + choice, manner) == whole);
  return 0;
}

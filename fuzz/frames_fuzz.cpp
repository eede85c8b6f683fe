// Any bytes as a stream of frames: the same events however they are cut, and documented errors only.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "support/protocol_reader.hpp"
#include "ws/protocol.hpp"

namespace {

using zenws::test::ProtocolReader;
namespace ws = zenws::ws;

constexpr ws::Limits limits{.max_message_size = std::size_t{256} << 10U};

void expect(bool condition) {
  if (!condition) std::abort();
}

std::vector<std::string> events_of(ws::Role role, std::string_view wire, std::size_t chunk,
                                   ProtocolReader::Manner manner) {
  ProtocolReader reader{role, limits, manner};
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
  expect(reader.protocol().memory() < 2 * limits.max_message_size + 4096);
  return reader.events();
}

}  // namespace

// The first byte chooses the role and how the bytes are fed, the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = bytes[0];
  const std::string_view wire{reinterpret_cast<const char*>(bytes) + 1, size - 1};
  const ws::Role role = (choice & 1U) != 0 ? ws::Role::server : ws::Role::client;
  const ProtocolReader::Manner manner{.keeps = (choice & 2U) != 0,
                                      .reads_directly = (choice & 4U) != 0,
                                      .pads = (choice & 8U) != 0,
                                      .stops_after = (choice >> 4U) & 3U};
  const auto whole = events_of(role, wire, wire.size(), {});
  expect(events_of(role, wire, 1, {}) == whole);
  expect(events_of(role, wire, 1 + choice, manner) == whole);
  return 0;
}

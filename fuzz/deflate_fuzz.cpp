// Any bytes as frames of a connection that agreed to compress: the same events however they are cut, documented errors
// only, and no more memory than the limit wants. And any text as an extension's parameters.
#include <cstdint>
#include <string_view>

#include "frame_stream.hpp"
#include "ws/deflate_params.hpp"

namespace {

using namespace zenws;
using fuzz::expect;

constexpr ws::Limits limits{.max_message_size = std::size_t{64} << 10U};
constexpr std::size_t inflaters_own = std::size_t{48} << 10U;

void read_as_parameters(std::string_view text) {
  constexpr Compression any{.enabled = true, .client_context_takeover = true};
  if (const auto chosen = ws::choose_deflate({text}, any)) {
    const auto agreed = ws::accept_deflate({ws::deflate_answer(*chosen)}, any);
    expect(agreed && *agreed == chosen);
  }
  const auto agreed = ws::accept_deflate({text}, any);
  expect(agreed || (agreed.error() == errc::bad_accept && !agreed.error().detail().empty()));
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
  const fuzz::Receiver receiver{role, limits, 4 * limits.max_message_size + inflaters_own, inflate};
  const test::ProtocolReader::Manner manner{.keeps = (choice & 4U) != 0,
                                            .reads_directly = (choice & 8U) != 0,
                                            .pads = true,
                                            .stops_after = (choice >> 4U) & 1U};
  const auto whole = fuzz::events_of(receiver, wire, wire.size());
  expect(fuzz::events_of(receiver, wire, 1) == whole);
  expect(fuzz::events_of(receiver, wire, 1 + choice, manner) == whole);
  return 0;
}

// Any bytes as a stream of frames: the same events however they are cut, and documented errors only.
#include <cstdint>
#include <string_view>

#include "frame_stream.hpp"

namespace {

using namespace zenws;

constexpr ws::Limits limits{.max_message_size = std::size_t{256} << 10U};

}  // namespace

// The first byte chooses the role and how the bytes are fed, the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = bytes[0];
  const std::string_view wire{reinterpret_cast<const char*>(bytes) + 1, size - 1};
  const ws::Role role = (choice & 1U) != 0 ? ws::Role::server : ws::Role::client;
  const fuzz::Receiver receiver{role, limits, 2 * limits.max_message_size + 4096};
  const test::ProtocolReader::Manner manner{.keeps = (choice & 2U) != 0,
                                            .reads_directly = (choice & 4U) != 0,
                                            .pads = (choice & 8U) != 0,
                                            .stops_after = (choice >> 4U) & 3U};
  const auto whole = fuzz::events_of(receiver, wire, wire.size());
  fuzz::expect(fuzz::events_of(receiver, wire, 1) == whole);
  fuzz::expect(fuzz::events_of(receiver, wire, 1 + choice, manner) == whole);
  return 0;
}

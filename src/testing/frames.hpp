// The frames that only a test server needs: messages cut into fragments, close frames with forbidden codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/buffer.hpp"
#include "ws/frame.hpp"

namespace zenws::testing {

// Appends one message, unmasked; cut into frames of at most `fragment_size` payload bytes unless that is zero. `rsv`:
// of the first.
void append_message(Buffer& out, ws::Opcode opcode, std::span<const std::byte> payload, std::size_t fragment_size,
                    std::uint8_t rsv = 0);

// Appends a close frame; 1005 = without a code. Unlike the library's own this one sends any code: clients must be shown
// forbidden ones too. A reason longer than 123 bytes is cut.
void append_close(Buffer& out, std::uint16_t code, std::string_view reason);

}  // namespace zenws::testing

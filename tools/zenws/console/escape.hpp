// How bytes from the network are shown: nothing in them can drive the terminal, and each message stays on its line.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace zenws::program {

// Appends `text` with every byte of a control character (C0, DEL, C1), a line separator, a direction mark or invalid
// UTF-8 as \xNN. A backslash stays as it is, so JSON stays JSON.
void append_escaped(std::string& out, std::string_view text);
[[nodiscard]] std::string escaped(std::string_view text);

// Appends 0x and two lower-case digits a byte.
void append_hex(std::string& out, std::span<const std::byte> bytes);

}  // namespace zenws::program

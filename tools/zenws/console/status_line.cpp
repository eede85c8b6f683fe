#include "console/status_line.hpp"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

#include "console/terminal.hpp"

namespace zenws::program {
namespace {

constexpr std::string_view clear = "\r\033[K";

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

std::string cut_to_width(std::string_view line, std::size_t width) {
  if (static_cast<std::size_t>(std::ranges::count_if(line, begins_character)) <= width) return std::string{line};
  if (width == 0) return "";
  std::size_t end = 0;
  for (std::size_t characters = 0; end < line.size(); ++end) {
    if (begins_character(line[end]) && ++characters == width) break;
  }
  return std::string{line.substr(0, end)} + "…";
}

void show_status(std::string_view line) {
  // In the last column some terminals go on to the next line.
  const std::string frame = std::string{clear} + cut_to_width(line, terminal_width(STDERR_FILENO) - 1);
  std::fwrite(frame.data(), 1, frame.size(), stderr);
}

void clear_status() { std::fwrite(clear.data(), 1, clear.size(), stderr); }

}  // namespace zenws::program

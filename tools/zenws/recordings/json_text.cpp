#include "recordings/json_text.hpp"

#include <fmt/format.h>

#include <zenws/json.hpp>

#include "console/escape.hpp"

namespace zenws::program {
namespace {

bool stands_for_itself(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string readable;
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    readable = escaped(text);
    text = readable;
  }
  std::string out{'"'};
  while (!text.empty()) {
    // U+2028 and U+2029: line ends to JavaScript before 2019.
    if (text.starts_with("\u2028") || text.starts_with("\u2029")) {
      out += text.starts_with("\u2028") ? "\\u2028" : "\\u2029";
      text.remove_prefix(3);
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    if (stands_for_itself(c)) {
      out += c;
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out + '"';
}

}  // namespace zenws::program

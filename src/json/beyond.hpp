// Texts that are JSON by RFC 8259 and yet more than the parser holds: numbers beyond its types, half a surrogate pair,
// more than 1 024 levels. Rare; time and memory grow with the text's length.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <zenws/request.hpp>

namespace zenws::json {

// `text` with each number beyond 64 bits or beyond a double written as the nearest finite double. Nullopt: it has none.
[[nodiscard]] std::optional<std::string> with_nearest_doubles(std::string_view text);

// `text` with each escape that is half a surrogate pair written as U+FFFD.
[[nodiscard]] std::string with_whole_surrogates(std::string_view text);

// What of the outermost object can be known without parsing what it holds. Views live as long as the text.
struct Outline {
  std::optional<RequestIdView> id;  // without escapes
  bool has_id = false;
  bool has_result = false;
  bool has_error = false;
  bool has_method = false;
};
[[nodiscard]] Outline outline_of(std::string_view text) noexcept;

// The id of a reply; see reply_id() in parser.hpp.
[[nodiscard]] std::optional<RequestIdView> reply_id(const Outline& outline) noexcept;

}  // namespace zenws::json

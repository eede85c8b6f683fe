// What stands in texts where a secret was.
#pragma once

#include <string>
#include <string_view>

#include <zenws/error.hpp>

namespace boost::urls {
class url_view;
}

namespace zenws {

inline constexpr std::string_view redacted = "[REDACTED]";

// `text` as a URL with its userinfo and query values redacted; what cannot be parsed comes back as "[REDACTED]" whole.
[[nodiscard]] std::string redact_url(std::string_view text);
[[nodiscard]] std::string redact_url(const boost::urls::url_view& url);

// The header's name as far as it surely is one: a value gets into its place, or behind it. Else "[REDACTED]".
[[nodiscard]] std::string_view shown_name(const Header& header);

// The path of a file; PEM text that stands in its place comes back as "[REDACTED]".
[[nodiscard]] std::string_view shown_path(std::string_view path) noexcept;

}  // namespace zenws

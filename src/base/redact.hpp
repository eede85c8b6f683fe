// What stands in texts where a secret was.
#pragma once

#include <string>
#include <string_view>

namespace boost::urls {
class url_view;
}

namespace zenws {

inline constexpr std::string_view redacted = "[REDACTED]";

// `text` as a URL with its userinfo and query values redacted; what cannot be parsed comes back as "[REDACTED]" whole.
[[nodiscard]] std::string redact_url(std::string_view text);
[[nodiscard]] std::string redact_url(const boost::urls::url_view& url);

}  // namespace zenws

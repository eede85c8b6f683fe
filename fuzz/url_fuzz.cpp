// Any text as a URL: documented errors only, sound parts, and no password in what is shown.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <zenws/error.hpp>

#include "base/redact.hpp"
#include "base/url.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

void check_parts(const zenws::Url& url) {
  require(!url.host.empty() && url.port != 0);
  require(url.target.starts_with('/') && url.target.find('#') == std::string::npos);
  require(is_visible_ascii(url.host) && is_visible_ascii(url.target) && is_visible_ascii(url.host_header));
  require(url.authorization.empty() || url.authorization.starts_with("Basic "));
}

// The same URL with another userinfo. Requires: parse_url() accepted `text`.
std::string with_other_userinfo(std::string_view text) {
  const std::size_t begin = text.find("//") + 2;
  const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
  const std::size_t at = text.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string{text};
  return std::string{text.substr(0, begin)} + "other:other" + std::string{text.substr(at)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto url = zenws::parse_url(text);
  const std::string shown = zenws::redact_url(text);
  if (!url) {
    require(url.error() == zenws::errc::invalid_config && url.error().phase() == zenws::Phase::config);
    require(url.error().detail() == (text.empty() ? "URL is required" : "Invalid URL format"));
    return 0;
  }
  check_parts(*url);
  // What is shown says the same whatever the credentials: so it cannot hold them.
  require(url->redacted == shown && shown == zenws::redact_url(with_other_userinfo(text)));
  return 0;
}

// Boost.URL as this layer uses it: absolute URIs with a host, and nothing that its parser lets slip.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace zenws {

// Of Boost's views, whose names and namespaces change with its versions; a std::string would be gone before its view.
template <class View>
  requires(!std::same_as<View, std::string>)
std::string_view as_std(const View& text) noexcept {
  return {text.data(), text.size()};
}

// nullopt: no URI, or without a host. The result points into `text`.
//
// The parser of Boost 1.81 takes what does not fit the authority for a path without a slash: `//h:x`, or
// `//user:p@ss@host` as the host `ss` with the path `@host`. RFC 3986 §3.3 wants a slash there.
inline std::optional<boost::urls::url_view> parse_uri_with_host(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed || !parsed->has_authority() || parsed->encoded_host().empty()) return std::nullopt;
  const std::string_view path = as_std(parsed->encoded_path());
  if (!path.empty() && !path.starts_with('/')) return std::nullopt;
  return *parsed;
}

}  // namespace zenws

// Which URLs a WebSocket can be opened to, and what of them goes on the wire.
#include "base/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/ignoring_case.hpp"
#include "base/redact.hpp"
#include "base/uri.hpp"

namespace zenws {
namespace {

using boost::urls::url_view;

// No server accepts a longer request line; Options::headers is the place for more.
constexpr std::size_t max_url_size = std::size_t{64} << 10U;

std::unexpected<Error> refuse(std::string_view why) {
  return std::unexpected{Error{errc::invalid_config, Phase::config, std::string{why}}};
}

std::unexpected<Error> invalid() { return refuse("Invalid URL format"); }

bool is_visible_ascii(char c) noexcept { return c > ' ' && c < '\x7F'; }

bool is_host_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

// RFC 6455 §3: ws or wss, in any case (RFC 3986 §3.1).
std::optional<bool> secure_by_scheme(std::string_view scheme) {
  if (equal_ignoring_case(scheme, "ws")) return false;
  if (equal_ignoring_case(scheme, "wss")) return true;
  return std::nullopt;
}

// The host decoded, without brackets. nullopt: none, or with characters that no resolver and no Host header should
// meet.
std::optional<std::string> host_of(const url_view& url) {
  switch (url.host_type()) {
    case boost::urls::host_type::ipv4:
    case boost::urls::host_type::ipv6:
      return std::string{url.host_address()};
    case boost::urls::host_type::name:
      break;
    default:
      return std::nullopt;
  }
  std::string name{url.host_name()};
  if (name.empty() || !std::ranges::all_of(name, is_host_character)) return std::nullopt;
  return name;
}

std::optional<std::uint16_t> port_of(const url_view& url, bool secure) {
  const std::string_view digits = as_std(url.port());
  if (digits.empty()) return static_cast<std::uint16_t>(secure ? 443 : 80);  // "host:" too, RFC 3986 §3.2.3
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failure != std::errc{} || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return port;
}

std::string target_of(const url_view& url) {
  std::string target{as_std(url.encoded_path())};
  if (target.empty()) target = "/";
  if (url.has_query()) {
    target += '?';
    target += as_std(url.encoded_query());
  }
  return target;
}

// Basic credentials (RFC 7617 §2), or empty. nullopt: a colon in the user or a control character in either.
std::optional<std::string> authorization_of(const url_view& url) {
  if (!url.has_userinfo()) return "";
  const std::string user = url.user();
  const std::string password = url.password();
  if (user.empty() && password.empty()) return "";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; };
  if (user.contains(':') || std::ranges::any_of(user, is_control) || std::ranges::any_of(password, is_control)) {
    return std::nullopt;
  }
  const std::string credentials = fmt::format("{}:{}", user, password);
  return "Basic " + base64_encode(std::as_bytes(std::span{credentials}));
}

std::string host_header_of(const url_view& url, const Url& result) {
  const bool is_ipv6 = url.host_type() == boost::urls::host_type::ipv6;
  std::string header = is_ipv6 ? fmt::format("[{}]", result.host) : result.host;
  if (result.port != (result.secure ? 443 : 80)) header += fmt::format(":{}", result.port);
  return header;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  if (text.empty()) return refuse("URL is required");
  if (text.size() > max_url_size || !std::ranges::all_of(text, is_visible_ascii)) return invalid();
  const auto parsed = parse_uri_with_host(text);
  if (!parsed) return invalid();

  const auto secure = secure_by_scheme(as_std(parsed->scheme()));
  if (!secure) return invalid();
  auto host = host_of(*parsed);
  const auto port = port_of(*parsed, *secure);
  auto authorization = authorization_of(*parsed);
  if (!host || !port || !authorization) return invalid();

  Url url{.secure = *secure,
          .host = *std::move(host),
          .port = *port,
          .target = target_of(*parsed),
          .host_header = {},
          .authorization = *std::move(authorization),
          .redacted = redact_url(*parsed)};
  url.host_header = host_header_of(*parsed, url);
  return url;
}

}  // namespace zenws

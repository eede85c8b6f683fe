#include "client/endpoint.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/contain.hpp"
#include "base/redact.hpp"
#include "base/url.hpp"
#include "ws/upgrade.hpp"

namespace zenws::client {

namespace {

std::unexpected<Error> refused(std::string text) {
  return std::unexpected{Error{errc::invalid_config, Phase::config, std::move(text)}};
}

// RFC 9110 §5.6.2.
bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const auto is_token_char = [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || marks.contains(c);
  };
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_header(const Header& header) noexcept {
  constexpr std::string_view forbidden{"\r\n\0", 3};
  return is_token(header.name) && header.value.find_first_of(forbidden) == std::string::npos &&
         !ws::is_handshake_header(header.name);
}

Result<Endpoint> ask(const EndpointProvider& provider, int attempt, const Error* last) {
  auto endpoint = contained([&] { return provider(attempt, last); });
  return endpoint ? *std::move(endpoint) : refused("endpoint_provider failed: " + endpoint.error().what);
}

}  // namespace

Result<> check_headers(const std::vector<Header>& headers) {
  const auto bad = std::ranges::find_if_not(headers, is_header);
  return bad == headers.end() ? Result<>{} : refused("Invalid header: " + std::string{shown_name(*bad)});
}

Result<> check_subprotocols(const std::vector<std::string>& subprotocols) {
  const auto bad = std::ranges::find_if_not(subprotocols, is_token);
  if (bad == subprotocols.end()) return {};
  // Not what it is: tokens are sent as subprotocols.
  return refused("Invalid subprotocol: number " + std::to_string(bad - subprotocols.begin() + 1));
}

Result<net::DialRequest> next_dial(Url url, const Options& options, const EndpointProvider& provider, int attempt,
                                   const Error* last) {
  net::DialRequest request{.url = std::move(url),
                           .headers = options.headers,
                           .subprotocols = options.subprotocols,
                           .tls = options.tls,
                           .compression = options.compression,
                           .timeout = options.timeout};
  if (!provider) return request;
  Result<Endpoint> endpoint = ask(provider, attempt, last);
  if (!endpoint) return std::unexpected{std::move(endpoint).error()};
  Result<Url> parsed = parse_url(endpoint->url);
  if (!parsed) return std::unexpected{std::move(parsed).error()};
  if (Result<> valid = check_headers(endpoint->headers); !valid) return std::unexpected{std::move(valid).error()};
  if (Result<> valid = check_subprotocols(endpoint->subprotocols); !valid) {
    return std::unexpected{std::move(valid).error()};
  }
  request.url = *std::move(parsed);
  request.headers = std::move(endpoint->headers);
  request.subprotocols = std::move(endpoint->subprotocols);
  return request;
}

}  // namespace zenws::client

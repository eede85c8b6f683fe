// The API key: where it comes from, and what public/auth is asked with. No secret leaves by another way.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <zenws/adapters/deribit.hpp>
#include <zenws/error.hpp>

namespace zenws::adapters::deribit {

struct Credentials {
  std::string client_id;
  std::string client_secret;
  DeribitGrant grant = DeribitGrant::client_credentials;
};

// nullopt: there are none, neither given nor in the environment. Errors: errc::invalid_config for half of them.
[[nodiscard]] Result<std::optional<Credentials>> find_credentials(const DeribitOptions& options);

// Parameters of public/auth. `milliseconds`: now, since 1970; `nonce`: never used before.
[[nodiscard]] std::string login_params(const Credentials& credentials, std::int64_t milliseconds,
                                       std::string_view nonce);
[[nodiscard]] std::string refresh_params(std::string_view refresh_token);

// Whether what is sent to `url` can be read on the way: ws:// to another machine than this one.
[[nodiscard]] bool is_readable_on_the_way(std::string_view url);

// When a token that lives for `expires_in` seconds is refreshed: after four fifths of that, of at most a year. nullopt:
// no token lives so.
[[nodiscard]] std::optional<std::chrono::milliseconds> refresh_after(std::int64_t expires_in);

// HMAC-SHA256 of "TIMESTAMP\nNONCE\nDATA" by the secret, in hexadecimal digits.
[[nodiscard]] std::string signature_of(std::string_view secret, std::int64_t milliseconds, std::string_view nonce,
                                       std::string_view data);
// 32 hexadecimal digits.
[[nodiscard]] std::string new_nonce();

}  // namespace zenws::adapters::deribit

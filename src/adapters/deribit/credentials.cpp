// See credentials.hpp. https://docs.deribit.com/#public-auth, https://docs.deribit.com/articles/authentication
#include "adapters/deribit/credentials.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <span>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "adapters/errors.hpp"
#include "adapters/write.hpp"

namespace zenws::adapters::deribit {

namespace {

std::string hex(std::span<const unsigned char> bytes) {
  std::string digits;
  for (const unsigned char byte : bytes) digits += fmt::format("{:02x}", byte);
  return digits;
}

std::string from_environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read only, at connect
  return value != nullptr ? value : "";
}

}  // namespace

Result<std::optional<Credentials>> find_credentials(const DeribitOptions& options) {
  Credentials found{options.client_id, options.client_secret, options.grant};
  if (found.client_id.empty() && found.client_secret.empty()) {
    found.client_id = from_environment("DERIBIT_CLIENT_ID");
    found.client_secret = from_environment("DERIBIT_CLIENT_SECRET");
  }
  if (found.client_id.empty() != found.client_secret.empty()) {
    return invalid_config("a login needs both client_id and client_secret");
  }
  return found.client_id.empty() ? std::nullopt : std::optional{std::move(found)};
}

std::string login_params(const Credentials& credentials, std::int64_t milliseconds, std::string_view nonce) {
  if (credentials.grant == DeribitGrant::client_credentials) {
    return write({{"grant_type", "client_credentials"},
                  {"client_id", credentials.client_id},
                  {"client_secret", credentials.client_secret}});
  }
  return write({{"grant_type", "client_signature"},
                {"client_id", credentials.client_id},
                {"timestamp", milliseconds},
                {"nonce", nonce},
                {"data", ""},
                {"signature", signature_of(credentials.client_secret, milliseconds, nonce, "")}});
}

std::string refresh_params(std::string_view refresh_token) {
  return write({{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}});
}

bool is_readable_on_the_way(std::string_view url) {
  std::string text{url};
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::string_view scheme = "ws://";
  if (!text.starts_with(scheme)) return false;
  std::string_view host = std::string_view{text}.substr(scheme.size());
  host = host.substr(0, host.find_first_of("/?#"));
  if (const auto user = host.rfind('@'); user != std::string_view::npos) host.remove_prefix(user + 1);
  if (host.starts_with("[::1]")) return false;
  host = host.substr(0, host.find(':'));
  const bool is_number = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host != "localhost" && !(is_number && host.starts_with("127."));
}

std::optional<std::chrono::milliseconds> refresh_after(std::int64_t expires_in) {
  constexpr std::chrono::seconds longest = std::chrono::hours{24 * 365};
  if (expires_in <= 0) return std::nullopt;
  return std::chrono::milliseconds{std::min(std::chrono::seconds{expires_in}, longest)} / 5 * 4;
}

std::string signature_of(std::string_view secret, std::int64_t milliseconds, std::string_view nonce,
                         std::string_view data) {
  const std::string text = fmt::format("{}\n{}\n{}", milliseconds, nonce, data);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return hex(std::span{digest}.first(size));
}

std::string new_nonce() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), bytes.size());
  return hex(bytes);
}

}  // namespace zenws::adapters::deribit

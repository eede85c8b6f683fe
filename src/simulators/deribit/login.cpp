#include "simulators/deribit/login.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace zenws::simulators::deribit {

namespace {

// https://docs.deribit.com/articles/authentication: "It's valid for 60 seconds since generation".
constexpr std::int64_t longest_signed_milliseconds = 60'000;

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest.data(), &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace

Answer Login::grant(const Params& params, std::uint64_t connection, const Moment& now) {
  const std::string grant = params.text_or("grant_type", {});
  if (grant == "client_credentials") {
    if (params.text("client_id") != client_id_ || params.text("client_secret") != client_secret_) {
      return std::unexpected{refusal::invalid_credentials()};
    }
  } else if (grant == "client_signature") {
    if (params.text("client_id") != client_id_ || !is_signed_well(params, now)) {
      return std::unexpected{refusal::invalid_credentials()};
    }
  } else if (grant == "refresh_token") {
    const auto found = refresh_.find(params.text_or("refresh_token", {}));
    const bool is_ours = found != refresh_.end() && (found->second == 0 || found->second == connection);
    if (!is_ours) return std::unexpected{refusal::unauthorized("invalid_token")};
    refresh_.erase(found);
  } else {
    return std::unexpected{refusal::invalid_params("grant_type", "unknown grant_type")};
  }
  std::string scope = params.text_or("scope", "connection");
  const bool is_session = scope.find("session:") != std::string::npos;
  if (!is_session && scope.find("connection") == std::string::npos) scope = "connection " + scope;
  const std::uint64_t bound_to = is_session ? 0 : connection;
  const std::string access = new_token("access");
  const std::string refresh = new_token("refresh");
  access_[access] = {bound_to, now.steady + lifetime_};
  refresh_[refresh] = bound_to;
  logged_in_[connection] = access;
  nlohmann::json result{{"access_token", access},   {"expires_in", lifetime_.count()},
                        {"refresh_token", refresh}, {"scope", scope + " mainaccount"},
                        {"token_type", "bearer"},   {"enabled_features", nlohmann::json::array()}};
  if (const auto state = params.text("state")) result["state"] = *state;
  return result;
}

// StringToSign = Timestamp "\n" Nonce "\n" Data; a nonce is for single use.
bool Login::is_signed_well(const Params& params, const Moment& now) {
  const auto timestamp = params.number("timestamp");
  const std::string nonce = params.text_or("nonce", {});
  if (!timestamp) return false;
  const auto signed_at = static_cast<std::int64_t>(*timestamp);
  if (std::abs(now.milliseconds() - signed_at) > longest_signed_milliseconds) return false;
  if (!nonce.empty() && !nonces_.insert(nonce).second) return false;
  const std::string text = fmt::format("{}\n{}\n{}", signed_at, nonce, params.text_or("data", {}));
  return params.text("signature") == hmac_sha256(client_secret_, text);
}

std::string Login::new_token(const char* kind) {
  const std::string number = std::to_string(++last_token_);
  return number + "." + kind + "." + hmac_sha256(client_id_, number).substr(0, 24);
}

bool Login::allows(std::uint64_t connection, std::string_view access_token, TimePoint now) const {
  const auto logged_in = logged_in_.find(connection);
  if (access_token.empty() && logged_in == logged_in_.end()) return false;
  const auto token = access_.find(access_token.empty() ? std::string_view{logged_in->second} : access_token);
  if (token == access_.end() || now >= token->second.until) return false;
  return token->second.connection == 0 || token->second.connection == connection;
}

void Login::leave(std::uint64_t connection) {
  logged_in_.erase(connection);
  std::erase_if(access_, [&](const auto& entry) { return entry.second.connection == connection; });
  std::erase_if(refresh_, [&](const auto& entry) { return entry.second == connection; });
}

void Login::expire_all() {
  for (auto& [text, token] : access_) token.until = {};
}

}  // namespace zenws::simulators::deribit

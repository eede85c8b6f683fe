// Who is logged in on which connection, with which tokens, until when.
//
// https://docs.deribit.com/#public-auth, https://docs.deribit.com/articles/authentication: tokens of scope `connection`
// (the default) die with their connection, those of `session:NAME` do not.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "simulators/deribit/params.hpp"
#include "simulators/deribit/refusal.hpp"
#include "simulators/moment.hpp"

namespace zenws::simulators::deribit {

class Login {
 public:
  Login(std::string client_id, std::string client_secret, std::chrono::seconds lifetime)
      : client_id_{std::move(client_id)}, client_secret_{std::move(client_secret)}, lifetime_{lifetime} {}

  // public/auth: the result, or why not.
  Answer grant(const Params& params, std::uint64_t connection, const Moment& now);
  // True: the connection may call private methods. `access_token`: the request's own, or empty.
  [[nodiscard]] bool allows(std::uint64_t connection, std::string_view access_token, TimePoint now) const;
  void leave(std::uint64_t connection);
  void expire_all();
  void change_secret(std::string secret) { client_secret_ = std::move(secret); }

 private:
  struct Token {
    std::uint64_t connection = 0;  // 0: of a session, any may use it
    TimePoint until = {};
  };

  [[nodiscard]] bool is_signed_well(const Params& params, const Moment& now);
  [[nodiscard]] std::string new_token(const char* kind);

  const std::string client_id_;
  std::string client_secret_;
  const std::chrono::seconds lifetime_;
  std::map<std::string, Token, std::less<>> access_;
  std::map<std::string, std::uint64_t, std::less<>> refresh_;  // to the connection, 0: of a session
  std::map<std::uint64_t, std::string> logged_in_;             // connection to its access token
  std::set<std::string, std::less<>> nonces_;
  std::uint64_t last_token_ = 0;
};

}  // namespace zenws::simulators::deribit

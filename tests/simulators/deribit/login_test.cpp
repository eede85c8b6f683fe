#include "simulators/deribit/login.hpp"

#include <gtest/gtest.h>

namespace zenws::simulators::deribit {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class DeribitLogin : public ::testing::Test {
 protected:
  Answer grant(const json& params, std::uint64_t connection = 1) {
    return login.grant(Params{params}, connection, now);
  }
  json credentials(const char* scope = "connection") const {
    return {{"grant_type", "client_credentials"}, {"client_id", "id"}, {"client_secret", "secret"}, {"scope", scope}};
  }
  Moment now{.steady = TimePoint{} + 1h, .microseconds = 1'700'000'000'000'000};
  Login login{"id", "secret", 900s};
};

TEST_F(DeribitLogin, gives_tokens_for_credentials) {
  const Answer answer = grant(credentials());
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)["expires_in"], 900);
  EXPECT_EQ((*answer)["token_type"], "bearer");
  EXPECT_TRUE(login.allows(1, {}, now.steady + 899s));
  EXPECT_FALSE(login.allows(1, {}, now.steady + 900s)) << "its time is up";
  EXPECT_FALSE(login.allows(2, {}, now.steady)) << "another connection";
}

TEST_F(DeribitLogin, refuses_a_wrong_secret_with_13004) {
  json params = credentials();
  params["client_secret"] = "guess";
  const Answer answer = grant(params);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, 13004);
  EXPECT_EQ(answer.error().message, "invalid_credentials");
}

TEST_F(DeribitLogin, refreshes_once_by_each_refresh_token) {
  const json first = *grant(credentials());
  const json params{{"grant_type", "refresh_token"}, {"refresh_token", first["refresh_token"]}};
  now.steady += 890s;
  ASSERT_TRUE(grant(params));
  EXPECT_TRUE(login.allows(1, {}, now.steady + 899s));
  const Answer again = grant(params);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, 13009);
}

// https://docs.deribit.com/articles/access-scope: "Access is granted for the duration of the connection".
TEST_F(DeribitLogin, of_a_connection_dies_with_it_and_that_of_a_session_does_not) {
  const json bound = *grant(credentials(), 1);
  const json free = *grant(credentials("session:mine"), 1);
  login.leave(1);
  EXPECT_FALSE(grant({{"grant_type", "refresh_token"}, {"refresh_token", bound["refresh_token"]}}, 2));
  EXPECT_TRUE(login.allows(2, free["access_token"].get<std::string>(), now.steady));
  EXPECT_TRUE(grant({{"grant_type", "refresh_token"}, {"refresh_token", free["refresh_token"]}}, 2));
}

// HMAC-SHA256("secret", "1700000000000\nabc\n"), by `openssl dgst`.
TEST_F(DeribitLogin, takes_a_signature_once_and_for_a_minute) {
  json params{{"grant_type", "client_signature"},
              {"client_id", "id"},
              {"timestamp", 1'700'000'000'000},
              {"nonce", "abc"},
              {"data", ""},
              {"signature", "0d1008bd85a2b30fd1fbae83f69c82d53ed1a303d59358d873e1f73189080fa1"}};
  ASSERT_TRUE(grant(params));
  EXPECT_FALSE(grant(params)) << "a nonce is for single use";
  Login other{"id", "secret", 900s};
  now.microseconds += 61'000'000;
  EXPECT_FALSE(other.grant(Params{params}, 1, now)) << "signed too long ago";
}

}  // namespace
}  // namespace zenws::simulators::deribit

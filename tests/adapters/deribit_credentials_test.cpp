#include "adapters/deribit_credentials.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deribit.hpp"

namespace zenws::adapters::deribit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DeribitCredentials : public ::testing::Test {
  const testing::NoKeyInTheEnvironment none_;
};

TEST_F(DeribitCredentials, given_are_used) {
  const auto found = find_credentials({.client_id = "id", .client_secret = "secret"});
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->client_id, "id");
  EXPECT_EQ((*found)->client_secret, "secret");
}

TEST_F(DeribitCredentials, come_from_the_environment_when_none_are_given) {
  setenv("DERIBIT_CLIENT_ID", "environment's", 1);
  setenv("DERIBIT_CLIENT_SECRET", "too", 1);
  const auto found = find_credentials({});
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->client_id, "environment's");
  EXPECT_EQ((*find_credentials({.client_id = "id", .client_secret = "secret"}))->client_id, "id");
}

TEST_F(DeribitCredentials, may_be_missing_but_not_by_half) {
  EXPECT_EQ(*find_credentials({}), std::nullopt);
  const auto half = find_credentials({.client_id = "id"});
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error(), errc::invalid_config);
  EXPECT_FALSE(find_credentials({.client_secret = "secret"}));
}

TEST_F(DeribitCredentials, log_in_with_the_secret_or_without_it) {
  Credentials credentials{"id", "secret"};
  EXPECT_EQ(login_params(credentials, 0, ""),
            R"({"client_id":"id","client_secret":"secret","grant_type":"client_credentials"})");
  credentials.grant = DeribitGrant::client_signature;
  EXPECT_THAT(login_params(credentials, 1, "n"), Not(HasSubstr("secret")));
}

// By `printf '1700000000000\nabc\n' | openssl dgst -sha256 -hmac secret`.
TEST_F(DeribitCredentials, sign_time_nonce_and_data) {
  EXPECT_EQ(signature_of("secret", 1'700'000'000'000, "abc", ""),
            "0d1008bd85a2b30fd1fbae83f69c82d53ed1a303d59358d873e1f73189080fa1");
}

TEST_F(DeribitCredentials, never_use_a_nonce_twice) {
  EXPECT_EQ(new_nonce().size(), 32U);
  EXPECT_NE(new_nonce(), new_nonce());
}

TEST_F(DeribitCredentials, are_in_no_text) {
  const std::string text = to_string(DeribitOptions{.client_id = "my-id", .client_secret = "my-key"});
  EXPECT_THAT(text, HasSubstr("[REDACTED]"));
  EXPECT_THAT(text, Not(HasSubstr("my-")));
}

}  // namespace
}  // namespace zenws::adapters::deribit

#include "adapters/deribit/credentials.hpp"

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

TEST_F(DeribitCredentials, are_not_sent_where_they_can_be_read_unless_that_is_asked_for) {
  for (const char* url : {"ws://deribit.example/", "WS://127.evil.example", "ws://localhost@evil.example/ws",
                          "ws://10.0.0.1:80", "ws://evil.example?@localhost"}) {
    EXPECT_TRUE(is_readable_on_the_way(url)) << url;
    const auto refused = Deribit::connect({.url = url, .client_id = "id", .client_secret = "secret"});
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error(), errc::invalid_config);
    EXPECT_THAT(std::string{refused.error().detail()}, HasSubstr("allow_plain_text"));
  }
  for (const char* url : {"wss://deribit.example/", "ws://localhost:1/ws", "ws://127.0.0.1:80/", "ws://[::1]:80"}) {
    EXPECT_FALSE(is_readable_on_the_way(url)) << url;
  }
}

TEST_F(DeribitCredentials, are_not_sent_where_a_provider_says_either) {
  DeribitOptions options{.client_id = "id", .client_secret = "secret"};
  options.client.retry_count = 0;
  options.client.endpoint_provider = [](int, const Error*) -> Result<Endpoint> {
    return Endpoint{.url = "ws://10.255.255.1/"};
  };
  EXPECT_EQ(Deribit::connect(options).error(), errc::invalid_config);
}

TEST(DeribitToken, is_refreshed_after_four_fifths_of_a_life_of_at_most_a_year) {
  using namespace std::chrono_literals;
  EXPECT_EQ(refresh_after(900), 720s);
  EXPECT_EQ(refresh_after(1), 800ms);
  constexpr auto longest = std::chrono::milliseconds{std::chrono::hours{24 * 365}} / 5 * 4;
  for (const std::int64_t hostile : {std::int64_t{9'300'000'000}, std::int64_t{4'000'000'000'000}, INT64_MAX}) {
    EXPECT_EQ(refresh_after(hostile), longest);
  }
  for (const std::int64_t none : {std::int64_t{0}, std::int64_t{-5}, INT64_MIN})
    EXPECT_EQ(refresh_after(none), std::nullopt);
}

TEST_F(DeribitCredentials, are_in_no_text) {
  const std::string text = to_string(DeribitOptions{.client_id = "my-id", .client_secret = "my-key"});
  EXPECT_THAT(text, HasSubstr("[REDACTED]"));
  EXPECT_THAT(text, Not(HasSubstr("my-")));
  for (const char* url : {"wss://me:my-key@h/", "wss://h/?key=my-key", "wss://h/#my-key"}) {
    EXPECT_THAT(to_string(DeribitOptions{.url = url}), Not(HasSubstr("my-")));
  }
}

}  // namespace
}  // namespace zenws::adapters::deribit

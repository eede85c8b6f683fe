// Upgrades as other people's servers answer them: agreed or refused.
#include <algorithm>
#include <string>

#include "peers/talk.hpp"
#include "support/lifecycle_log.hpp"

namespace zenws::peers {
namespace {

class PeerUpgrade : public PeerTest {
 protected:
  // Connects and expects to be refused with `status`.
  void expect_refused(int status, Severity severity) {
    SCOPED_TRACE(status);
    const auto client = Client::connect(peer().url("/refuse/" + std::to_string(status)), peer().options());
    ASSERT_FALSE(client);
    const auto& error = client.error();
    EXPECT_EQ(error, errc::upgrade_rejected) << to_string(error);
    EXPECT_EQ(error.phase(), Phase::upgrade);
    EXPECT_EQ(classify(error), severity);
    ASSERT_NE(error.http(), nullptr);
    EXPECT_EQ(error.http()->status, status);
    EXPECT_EQ(error.http()->body, "refused with " + std::to_string(status) + "\n");
    const Header why{"X-Why", "told to answer " + std::to_string(status)};
    EXPECT_EQ(std::ranges::count(error.http()->headers, why), 1);
  }
};
INSTANTIATE_TEST_SUITE_P(EveryServer, PeerUpgrade, every_server, by_name);

TEST_P(PeerUpgrade, refused_is_seen_with_status_headers_and_body) {
  expect_refused(401, Severity::fatal);
  expect_refused(404, Severity::fatal);
  expect_refused(503, Severity::recoverable);
}

TEST_P(PeerUpgrade, agrees_on_a_subprotocol_that_both_speak) {
  support::LifecycleLog log;
  auto options = peer().options();
  options.subprotocols = {"feed.v3", "feed.v2"};
  options.on_lifecycle = log.recorder();
  const auto client = connect(peer().url("/echo"), options);
  const auto connected = log.wait_for<Connected>(patience);
  ASSERT_TRUE(connected);
  EXPECT_EQ(connected->subprotocol, "feed.v2");
  EXPECT_EQ(connected->epoch, 1U);
}

TEST_P(PeerUpgrade, goes_on_without_a_subprotocol_when_none_is_spoken_by_both) {
  support::LifecycleLog log;
  auto options = peer().options();
  options.subprotocols = {"feed.v9"};
  options.on_lifecycle = log.recorder();
  const auto client = connect(peer().url("/echo"), options);
  const auto connected = log.wait_for<Connected>(patience);
  ASSERT_TRUE(connected);
  EXPECT_EQ(connected->subprotocol, "");
}

TEST_P(PeerUpgrade, carries_the_users_headers) {
  auto options = peer().options();
  options.headers = {{"X-Desk", "rates; book=7"}};
  auto client = connect(peer().url("/header/X-Desk"), options);
  EXPECT_EQ(next(client), "rates; book=7");
}

TEST_P(PeerUpgrade, carries_the_credentials_of_the_url) {
  auto url = peer().url("/header/Authorization");
  url.insert(url.find("//") + 2, "trader:open%20sesame@");
  auto client = connect(url, peer().options());
  EXPECT_EQ(next(client), "Basic dHJhZGVyOm9wZW4gc2VzYW1l");
}

TEST_P(PeerUpgrade, loses_no_message_that_follows_it_at_once) {
  for (int i = 0; i < 50; ++i) {
    auto client = connect(peer().url("/count/3"), peer().options());
    ASSERT_EQ(next(client), "0");
    ASSERT_EQ(next(client), "1");
    ASSERT_EQ(next(client), "2");
  }
}

}  // namespace
}  // namespace zenws::peers

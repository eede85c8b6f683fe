// What an nginx in front of the server adds: certificates to be checked, and answers of its own.
#include <memory>
#include <string>
#include <utility>

#include "peers/talk.hpp"
#include "support/lifecycle_log.hpp"

namespace zenws::peers {
namespace {

class NginxProxy : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = why_unavailable(Kind::nginx)) GTEST_SKIP() << *why;
    peer_ = std::make_unique<Peer>(Kind::nginx);
  }

  // Connects and expects the certificate to be refused.
  void expect_not_trusted(Options options) {
    const auto client = Client::connect(peer_->url("/echo"), std::move(options));
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().phase(), Phase::tls) << to_string(client.error());
    EXPECT_EQ(client.error().code().category(), certificate_category());
    EXPECT_EQ(classify(client.error()), Severity::fatal);
    EXPECT_FALSE(explain(client.error()).suggestion.empty());
  }

  std::unique_ptr<Peer> peer_;
};

TEST_F(NginxProxy, of_an_unknown_ca_is_not_trusted) {
  auto options = peer_->options();
  options.tls = {};
  expect_not_trusted(options);
}

TEST_F(NginxProxy, with_a_certificate_for_another_host_is_not_trusted) {
  auto options = peer_->options();
  options.tls.server_name = "exchange.example";
  expect_not_trusted(options);
}

TEST_F(NginxProxy, is_accepted_unverified_when_the_user_insists) {
  auto options = peer_->options();
  options.tls = {.insecure_skip_verify = true};
  auto client = connect(peer_->url("/echo"), options);
  ASSERT_TRUE(client.send_message("who are you?"));
  EXPECT_EQ(next(client), "who are you?");
}

TEST_F(NginxProxy, answers_502_when_the_server_behind_is_down) {
  peer_->kill_server();
  const auto client = Client::connect(peer_->url("/echo"), peer_->options());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::upgrade_rejected) << to_string(client.error());
  EXPECT_EQ(classify(client.error()), Severity::recoverable);
  ASSERT_NE(client.error().http(), nullptr);
  EXPECT_EQ(client.error().http()->status, 502);
  EXPECT_EQ(client.error().http()->reason, "Bad Gateway");
  EXPECT_NE(client.error().http()->body.find("nginx"), std::string::npos);
}

TEST_F(NginxProxy, that_goes_without_a_word_is_a_recoverable_loss) {
  support::LifecycleLog log;
  auto options = peer_->options();
  options.on_lifecycle = log.recorder();
  const auto client = connect(peer_->url("/echo"), options);
  peer_->stop_proxy();
  const auto lost = log.wait_for<Disconnected>(patience);
  ASSERT_TRUE(lost);
  EXPECT_EQ(classify(lost->error), Severity::recoverable) << to_string(lost->error);
  EXPECT_EQ(lost->close_code, 1006);
}

TEST_F(NginxProxy, is_spoken_to_in_plain_text_and_says_so) {
  auto url = peer_->url("/echo");
  url.replace(0, 3, "ws");
  const auto client = Client::connect(url, peer_->options());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().phase(), Phase::upgrade) << to_string(client.error());
  ASSERT_NE(client.error().http(), nullptr);
  EXPECT_EQ(client.error().http()->status, 400);
}

}  // namespace
}  // namespace zenws::peers

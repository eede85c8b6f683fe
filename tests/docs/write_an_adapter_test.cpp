// docs/guide/write-an-adapter.md
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/adapters/batch_subscription.hpp>
#include <zenws/client.hpp>
#include <zenws/json_text.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/venue.hpp"

namespace {

using namespace std::chrono_literals;
using zenws::testing::Server;

TEST(GuideWriteAnAdapter, many_channels_are_subscribed_in_batches) {
  zenws::testing::Venue venue;
  auto server = Server::start({.script = venue.script()});
  ASSERT_TRUE(server);
  const zenws::Client client = zenws::Client::connect(server->url()).value();
  std::vector<std::string> channels;
  for (int i = 0; i < 120; ++i) channels.push_back("trades." + std::to_string(i));
#include "write-an-adapter/batches.inc"
  ASSERT_TRUE(done);
  EXPECT_EQ(done->confirmed.size(), 120U);
}

TEST(GuideWriteAnAdapter, parameters_are_written_with_their_escapes) {
  const std::string market = "BT\"C";
#include "write-an-adapter/params.inc"
  EXPECT_EQ(order, R"({"market":"BT\"C","size":0.1,"post_only":true,"tags":["a","b"],"stop":{"price":64000}})");
}

TEST(GuideWriteAnAdapter, a_session_is_refreshed_again_and_again) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  zenws::Client client = zenws::Client::connect(server->url()).value();
#include "write-an-adapter/timer.inc"
  const auto session = std::make_shared<Session>();
  ASSERT_TRUE(client.post([session, ref = zenws::ClientRef{client}] { session->refresh_after(1ms, ref); }));
  EXPECT_TRUE(zenws::testing::eventually([&] { return session->refreshed >= 3; }));
  ASSERT_TRUE(client.close());
}

}  // namespace

// docs/guide/write-an-adapter.md
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/adapters/batch_subscription.hpp>
#include <zenws/client.hpp>
#include <zenws/json_text.hpp>
#include <zenws/testing/server.hpp>

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

}  // namespace

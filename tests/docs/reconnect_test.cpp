// docs/guide/reconnect.md
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace {

using namespace std::chrono_literals;
using zenws::testing::Server;

TEST(GuideReconnect, a_policy_retries_what_would_be_fatal) {
  auto server = Server::start({.faults = {.refuse_upgrade = zenws::HttpResponse{403, "Forbidden", {}, {}}}});
  ASSERT_TRUE(server);
  zenws::Options options{.retry_count = 2, .retry_delay = 1ms};
#include "reconnect/retry_policy.inc"
  const auto refused = zenws::Client::connect(server->url(), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), zenws::errc::max_reconnection_attempts);
  EXPECT_EQ(server->upgrades().size(), 3U);
}

TEST(GuideReconnect, a_provider_names_another_host_and_a_fresh_token) {
  auto busy = Server::start({.faults = {.refuse_upgrade = zenws::HttpResponse{503, "Busy", {}, {}}}});
  auto server = Server::start();
  ASSERT_TRUE(busy && server);
  const std::string primary = busy->url();
  const std::string secondary = server->url();
  struct {
    [[nodiscard]] std::string current() const { return "fresh"; }
  } tokens;
  zenws::Options options{.retry_delay = 1ms};
#include "reconnect/endpoint_provider.inc"
  ASSERT_TRUE(client) << to_string(client.error());
  const auto upgrades = server->upgrades();
  ASSERT_EQ(upgrades.size(), 1U);
  EXPECT_NE(std::ranges::find(upgrades[0].headers, zenws::Header{"Authorization", "Bearer fresh"}),
            upgrades[0].headers.end());
}

TEST(GuideReconnect, a_registry_of_ones_own_has_who_is_connected) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  std::map<std::uint64_t, zenws::ClientRef> registry;
  zenws::Options options;
#include "reconnect/registry.inc"
  auto connected = zenws::Client::connect(server->url(), options);
  ASSERT_TRUE(connected);
  ASSERT_EQ(registry.size(), 1U);
  const std::uint64_t id = connected->id();
  const std::string text = "hello";
  zenws::Result<> sent;
#include "reconnect/registered.inc"
  EXPECT_TRUE(sent);
  EXPECT_TRUE(zenws::testing::assert_message_sent(*server, text, zenws::testing::patience));
  ASSERT_TRUE(connected->close());
  EXPECT_TRUE(registry.empty());
}

}  // namespace

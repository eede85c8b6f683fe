// docs/guide/compression.md, heartbeats.md, rate-limiting.md, rotation.md and telemetry.md
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/json.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/telemetry.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace {

using namespace std::chrono_literals;
using zenws::testing::Server;

TEST(GuideHeartbeats, one_is_set_by_a_line) {
  auto server = Server::start();
  ASSERT_TRUE(server);
#include "heartbeats/ping_pong.inc"
  const auto client = zenws::Client::connect(server->url(), options);
  ASSERT_TRUE(client);
  EXPECT_TRUE(client->get_heartbeat_health().timer_active);
}

TEST(GuideCompression, is_offered_taken_and_told) {
  const auto serve = [] {
#include "compression/server.inc"
    return Server::start(options);
  };
  auto server = serve();
  ASSERT_TRUE(server);
#include "compression/offer.inc"
  auto connected = zenws::Client::connect(server->url(), options);
  ASSERT_TRUE(connected);
  zenws::Client client = *connected;
  ASSERT_TRUE(client.send_message(std::string(1000, 'x')));
  ASSERT_TRUE(client.receive(10s));
  ASSERT_TRUE(client.close());
#include "compression/saved.inc"
  EXPECT_EQ(metrics.uncompressed_bytes_in, 1000U);
  EXPECT_LT(metrics.compressed_bytes_in, 100U);
  EXPECT_LT(metrics.compressed_bytes_out, 100U);
}

TEST(GuideRateLimiting, a_limiter_counts_what_a_client_sends) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  const std::string url = server->url();
#include "rate-limiting/limiter.inc"
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->send_message(R"({"method":"private/buy"})"));
  EXPECT_LT((*limiter)->status().tokens, 100U);
}

TEST(GuideRotation, is_begun_by_a_call) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  const std::string url = server->url();
  zenws::testing::LogOf<std::uint64_t> rotated;
  zenws::Options options;
  options.on_lifecycle =
      zenws::overloaded{[&](const zenws::Rotated& event) { rotated.add(event.epoch); }, [](const auto&) {}};
#include "rotation/rotate.inc"
  EXPECT_TRUE(begun);
  EXPECT_TRUE(rotated.wait_for(2));
}

class Numbered final : public zenws::Dialect {
 public:
  [[nodiscard]] std::string subscribe(std::span<const std::string>, std::int64_t) const override { return "{}"; }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string>, std::int64_t) const override { return "{}"; }
#include "rotation/update_id.inc"
};

TEST(GuideRotation, a_dialect_finds_an_updates_number) {
  simdjson::dom::parser parser;
  EXPECT_EQ(Numbered{}.update_id(parser.parse(std::string_view{R"({"seq":7})"})), 7U);
  EXPECT_EQ(Numbered{}.update_id(parser.parse(std::string_view{R"({"price":7})"})), std::nullopt);
}

TEST(GuideTelemetry, a_function_is_attached_and_detached) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  zenws::testing::LogOf<double> histogram;
#include "telemetry/attach.inc"
  EXPECT_TRUE(attached);
  EXPECT_TRUE(detached);
}

}  // namespace

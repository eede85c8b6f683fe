// When the peer does not read, the queue fills to its limit and not a byte more; what was refused was not half-sent.
#include <thread>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/far_end.hpp"
#include "support/frames.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

void fill_the_queue(bool tls) {
  auto server = Server::start({.tls = tls, .script = [](const auto&) { return std::vector<testing::Reply>{}; }});
  ASSERT_TRUE(server) << to_string(server.error());
  Options options;
  options.send_queue_limit = 1 << 20;
  options.tls.ca_pem = server->ca_pem();
  auto client = Client::connect(server->url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  server->pause_reading(true);

  std::vector<std::string> accepted;
  const std::string padding(10'000, 'x');
  int refused = 0;
  for (int i = 0; refused < 1'000; ++i) {
    const std::string message = std::to_string(i) + padding;
    const Result<> sent = client->send_message(message);
    if (sent) {
      accepted.push_back(message);
    } else {
      ASSERT_EQ(sent.error(), errc::send_queue_full);
      ++refused;
    }
    ASSERT_LE(client->get_state_metrics().send_queue_bytes, options.send_queue_limit);
  }

  server->pause_reading(false);
  const std::string last = "last";
  while (!client->send_message(last)) std::this_thread::sleep_for(1ms);
  accepted.push_back(last);
  ASSERT_TRUE(assert_message_sent(*server, last, testing::patience));
  const auto received = server->received();
  ASSERT_EQ(received.size(), accepted.size());
  for (std::size_t i = 0; i < accepted.size(); ++i) ASSERT_EQ(received[i].payload, accepted[i]) << i;
  EXPECT_EQ(client->get_state_metrics().send_queue_bytes, 0U);
}

TEST(SendQueueLimitHolds, over_tcp) { fill_the_queue(false); }
TEST(SendQueueLimitHolds, over_tls) { fill_the_queue(true); }

TEST(SendQueueLimitHolds, for_one_message_larger_than_the_limit) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  Options options;
  options.send_queue_limit = 1000;
  auto client = Client::connect(server->url(), options);
  ASSERT_TRUE(client);
  const Error refusal = client->send_message(std::string(1000, 'x')).error();
  EXPECT_EQ(refusal, errc::message_too_big) << "it can never fit";
  EXPECT_EQ(refusal.detail(), "the message needs 1008 bytes, send_queue_limit is 1000 bytes");
  EXPECT_TRUE(client->send_message(std::string(900, 'x')));
}

// A far end that writes pings and reads nothing: no pong gets through.
TEST(SendQueueLimitHolds, for_the_users_messages_while_pings_flood) {
  constexpr std::size_t pings = 200'000;
  LogOf<int> flooded;
  LogOf<int> seen;
  test::FarEnd far_end{[&](test::FarEnd::Wire& wire) {
    const std::string ping = test::ping(std::string(125, 'x')).bytes(false);
    std::string block;
    for (std::size_t i = 0; i < 1'000; ++i) block += ping;
    for (std::size_t i = 0; i < pings; i += 1'000) wire.write(block);
    wire.write(test::text("done").bytes(false));
    flooded.add(1);
    seen.wait_for_size(1);  // nothing is read meanwhile
  }};
  auto client = Client::connect(far_end.url(), {.send_queue_limit = 100'000});
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(flooded.wait_for_size(1));
  EXPECT_EQ(client->receive(testing::patience)->text(), "done");
  EXPECT_LE(client->get_state_metrics().send_queue_bytes, std::size_t{16} << 10U);
  Result<> sent = client->send_message(std::string(99'000, 'x'));
  EXPECT_TRUE(sent);
  // How much the kernel takes is its own affair.
  for (int i = 0; sent && i < 10'000; ++i) sent = client->send_message(std::string(99'000, 'x'));
  seen.add(1);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error(), errc::send_queue_full);
}

TEST(Send, refuses_text_that_is_not_utf8) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url());
  ASSERT_TRUE(client);
  EXPECT_EQ(client->send_message("\xC3(").error(), errc::invalid_utf8);
  ASSERT_TRUE(client->send_message("ok"));
  EXPECT_EQ(client->receive(testing::patience)->text(), "echo: ok");
  EXPECT_EQ(server->received_count(), 1U);
}

TEST(Send, names_the_state_when_not_connected) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->close());
  const Result<> sent = client->send_message("x");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error(), errc::not_connected);
  EXPECT_NE(std::string{sent.error().detail()}.find("disconnected"), std::string::npos);
}

}  // namespace
}  // namespace zenws

// A mailbox that nobody empties stops the socket, bounded, and every message comes out in the end.
#include <thread>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Server;

void send_burst(Server& server, int count, const std::string& padding) {
  for (int i = 0; i < count; ++i) server.inject_message(std::to_string(i) + padding);
}

void expect_burst(Client& client, int count, const std::string& padding) {
  for (int i = 0; i < count; ++i) {
    const auto message = client.receive(testing::patience);
    ASSERT_TRUE(message) << i << ": " << to_string(message.error());
    ASSERT_EQ(message->text(), std::to_string(i) + padding);
  }
}

void run(bool tls, std::size_t mailbox_limit, int count, const std::string& padding) {
  auto server = Server::start({.tls = tls});
  ASSERT_TRUE(server) << to_string(server.error());
  Options options;
  options.mailbox_limit = mailbox_limit;
  options.decode_json = false;
  options.tls.ca_pem = server->ca_pem();
  auto client = Client::connect(server->url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  send_burst(*server, count, padding);
  while (client->get_state_metrics().mailbox_size < mailbox_limit) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(client->get_state_metrics().mailbox_size, mailbox_limit);  // it holds while more is waiting
  expect_burst(*client, count, padding);
  EXPECT_EQ(client->get_state_metrics().dropped_mailbox, 0U);
}

TEST(SlowReaderLosesNothing, with_a_mailbox_of_one) { run(false, 1, 2'000, ""); }
TEST(SlowReaderLosesNothing, with_a_mailbox_smaller_than_one_read) { run(false, 10, 20'000, std::string(50, '.')); }
TEST(SlowReaderLosesNothing, with_messages_larger_than_the_receive_buffer) {
  run(false, 3, 40, std::string(400'000, '.'));
}
TEST(SlowReaderLosesNothing, over_tls) { run(true, 10, 20'000, std::string(50, '.')); }
TEST(SlowReaderLosesNothing, over_tls_with_large_messages) { run(true, 3, 40, std::string(400'000, '.')); }

TEST(MailboxOverflow, drop_newest_keeps_the_first_and_counts_the_rest) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  Options options;
  options.mailbox_limit = 5;
  options.mailbox_overflow = MailboxOverflow::drop_newest;
  options.decode_json = false;
  auto client = Client::connect(server->url(), options);
  ASSERT_TRUE(client);
  send_burst(*server, 100, "");
  while (client->get_state_metrics().messages_in < 100) std::this_thread::sleep_for(1ms);
  expect_burst(*client, 5, "");
  EXPECT_EQ(client->get_state_metrics().dropped_mailbox, 95U);
}

TEST(MailboxOverflow, disconnect_ends_the_connection_with_mailbox_full) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  testing::LogOf<std::string> events;
  Options options;
  options.mailbox_limit = 5;
  options.mailbox_overflow = MailboxOverflow::disconnect;
  options.reconnect_on_error = false;
  options.on_lifecycle = [&](const Lifecycle& event) {
    if (const auto* stopped = std::get_if<Stopped>(&event)) events.add(stopped->error.code().message());
  };
  auto client = Client::connect(server->url(), options);
  ASSERT_TRUE(client);
  send_burst(*server, 100, "");
  EXPECT_TRUE(events.wait_for(make_error_code(errc::mailbox_full).message()));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(client->receive());
  const auto after = client->receive();
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error(), errc::mailbox_full);
}

TEST(Receive, is_refused_to_a_client_with_a_handler) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  Options options;
  options.handler = [](const Message&) {};
  auto client = Client::connect(server->url(), options);
  ASSERT_TRUE(client);
  EXPECT_EQ(client->receive(1ms).error(), errc::invalid_config);
}

TEST(Receive, times_out_and_ends_with_closed) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url());
  ASSERT_TRUE(client);
  EXPECT_EQ(client->receive(10ms).error(), errc::timeout);
  ASSERT_TRUE(client->close());
  EXPECT_EQ(client->receive().error(), errc::closed);
}

}  // namespace
}  // namespace zenws

// A mailbox that nobody empties is bounded in bytes too; it hides no answer, and nothing that the server said at the
// end.
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/log.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/far_end.hpp"
#include "support/frames.hpp"
#include "support/json_rpc.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::answer;
using testing::eventually;
using testing::id_of;
using testing::LogOf;
using testing::patience;
using testing::ReceivedMessage;
using testing::Reply;
using testing::Server;

constexpr std::size_t few_messages = 5;
constexpr int feed_size = 100;
const std::string large(100'000, '.');

struct AFullMailbox : ::testing::Test {
  AFullMailbox() {
    set_logger([this](LogLevel, std::string_view line) {
      if (line.contains("mailbox is full")) logged.add(std::string{line});
    });
  }
  ~AFullMailbox() override { set_logger({}); }
  AFullMailbox(const AFullMailbox&) = delete;
  AFullMailbox& operator=(const AFullMailbox&) = delete;

  Client connect(Options options = {}) {
    options.request_timeout = patience;
    options.mailbox_limit = few_messages;
    auto client = Client::connect(server.url(), options);
    EXPECT_TRUE(client) << to_string(client.error());
    return *std::move(client);
  }
  void fill(const Client& client, const std::string& padding = {}) {
    for (int i = 0; i < feed_size; ++i) server.inject_message(std::to_string(i) + padding);
    EXPECT_TRUE(
        eventually([&] { return !logged.all().empty() || client.get_state_metrics().mailbox_size > few_messages; }));
  }
  void expect_feed(Client& client, const std::string& padding = {}) {
    for (int i = 0; i < feed_size; ++i) {
      const auto message = client.receive(patience);
      ASSERT_TRUE(message) << i << ": " << to_string(message.error());
      ASSERT_EQ(message->text(), std::to_string(i) + padding);
    }
  }

  LogOf<std::string> logged;
  Server server = *Server::start(
      {.script = [](const ReceivedMessage& message) { return std::vector<Reply>{{false, answer(*id_of(message))}}; }});
};

TEST_F(AFullMailbox, hides_no_answer) {
  Client client = connect();
  fill(client);
  for (int i = 0; i < 3; ++i) {
    const auto response = client.request("m");
    ASSERT_TRUE(response) << to_string(response.error());
  }
  expect_feed(client);
}

TEST_F(AFullMailbox, ends_a_request_whose_answer_it_hides_and_says_so) {
  Client client = connect({.mailbox_bytes = 300'000});
  fill(client, large);
  for (int i = 0; i < 3; ++i) {
    const auto response = client.request("m");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error(), errc::mailbox_full);
    EXPECT_TRUE(std::string_view{response.error().detail()}.contains("mailbox_bytes is 300000"))
        << to_string(response.error());
  }
  expect_feed(client, large);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client.receive(patience)->text().contains("result")) << "late, not lost";
  EXPECT_TRUE(client.request("m"));
}

TEST_F(AFullMailbox, is_logged_once) {
  Client client = connect({.mailbox_bytes = 300'000});
  for (int i = 0; i < 3; ++i) {
    fill(client, large);
    expect_feed(client, large);
  }
  ASSERT_EQ(logged.size(), 1U);
  EXPECT_TRUE(logged.all()[0].contains("nothing is read until receive() is called")) << logged.all()[0];
}

TEST_F(AFullMailbox, holds_no_more_bytes_than_it_may_and_one_message) {
  Client client = connect({.mailbox_bytes = 300'000});
  fill(client, large);
  EXPECT_LE(client.get_state_metrics().mailbox_bytes, 300'000 + large.size() + 2);
  EXPECT_GE(client.get_state_metrics().state_memory, client.get_state_metrics().mailbox_bytes);
  expect_feed(client, large);
  EXPECT_EQ(client.get_state_metrics().mailbox_bytes, 0U);
}

TEST_F(AFullMailbox, hides_nothing_that_came_before_writing_failed) {
  LogOf<int> gone;
  test::FarEnd far_end{[&](test::FarEnd::Wire& wire) {
    std::string all;
    for (int i = 0; i < feed_size; ++i) all += test::text(std::to_string(i)).bytes(false);
    wire.write(all + test::close(1008, "too many requests").bytes(false));
    std::this_thread::sleep_for(20ms);  // so that it has arrived before the reset
    wire.reset();
    gone.add(1);
  }};
  LogOf<std::string> told;
  Options options{.reconnect_on_error = false, .mailbox_limit = few_messages};
  options.on_lifecycle = [&](const Lifecycle& event) {
    if (const auto* const lost = std::get_if<Disconnected>(&event)) {
      told.add(std::to_string(lost->close_code) + (lost->error.close() != nullptr ? lost->error.close()->reason : ""));
    }
  };
  auto client = Client::connect(far_end.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(gone.wait_for_size(1));
  for (int i = 0; i < 2; ++i) (void)client->send_message("an order");
  ASSERT_TRUE(told.wait_for("1008too many requests"));
  expect_feed(*client);
}

}  // namespace
}  // namespace zenws

// A handler that takes a ClientRef is given the client that the message came to, and may answer by it.
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/recorder.hpp>
#include <zenws/testing/server.hpp>

#include "support/connect.hpp"
#include "support/log_of.hpp"
#include "support/scratch_folder.hpp"

namespace zenws {
namespace {

using testing::LogOf;
using testing::Server;

struct TheHandlerKnowsItsClient : ::testing::Test {
  Server server = *Server::start();
  LogOf<std::string> seen;

  Client connect(Handler handler) { return testing::connect(server.url(), {.handler = std::move(handler)}); }
};

TEST_F(TheHandlerKnowsItsClient, and_answers_by_it) {
  const Client client = connect([](const ClientRef& from, const Message& message) {
    const auto* const text = std::get_if<TextMessage>(&message);
    auto held = from.lock();
    if (text == nullptr || !held) return;
    EXPECT_TRUE(held->send_message("got " + std::string{text->text}));
  });
  server.inject_message("a");
  EXPECT_TRUE(testing::assert_message_sent(server, "got a"));
}

TEST_F(TheHandlerKnowsItsClient, in_each_overload_that_wants_it) {
  std::optional<ClientRef> given;
  const Client client = connect(overloaded{
      [&](const ClientRef& from, const TextMessage& message) {
        given = from;
        seen.add(std::string{message.text});
      },
      [&](const JsonMessage&) { seen.add("json"); },
      [](const auto&) {},
  });
  server.inject_message("a");
  server.inject_message("{}");
  ASSERT_TRUE(seen.wait_for("json"));
  EXPECT_TRUE(seen.wait_for("a"));
  EXPECT_EQ(given, ClientRef{client});
}

TEST_F(TheHandlerKnowsItsClient, without_keeping_it_open) {
  LogOf<std::string> ended;
  {
    Options options;
    options.handler = [kept = std::make_shared<std::optional<ClientRef>>()](const ClientRef& from, const Message&) {
      *kept = from;
    };
    options.on_disconnect = [&](const ClientRef&) { ended.add("ended"); };
    const auto client = Client::connect(server.url(), options);
    ASSERT_TRUE(client) << to_string(client.error());
    server.inject_message("a");
  }
  EXPECT_TRUE(ended.wait_for("ended"));
}

TEST_F(TheHandlerKnowsItsClient, and_is_given_none_in_a_replay) {
  const testing::ScratchFolder folder;
  const std::string file = folder.file("session.jsonl");
  const Handler handler = [&](const ClientRef& from, const Message&) {
    seen.add(from.lock() ? "a client" : "none, " + std::to_string(from.id()));
  };
  auto client = Client::connect(server.url(), {.record_to = file, .handler = handler});
  ASSERT_TRUE(client) << to_string(client.error());
  server.inject_message("a");
  ASSERT_TRUE(seen.wait_for("a client"));
  ASSERT_TRUE(client->close());
  ASSERT_TRUE(Recorder::replay_into(file, handler));
  EXPECT_EQ(seen.all().back(), "none, 0");
}

}  // namespace
}  // namespace zenws

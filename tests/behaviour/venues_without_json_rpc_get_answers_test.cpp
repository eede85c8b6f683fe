// A venue that does not speak JSON-RPC: its language says which message answers which request, with an id or in order.
#include <future>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <simdjson.h>

#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using testing::LogOf;
using testing::patience;
using testing::ReceivedMessage;
using testing::Reply;
using testing::Server;
using Names = std::vector<std::string>;

// `{"op":…,"req":…}` is answered by `{"re":…}`, by `{"ok":true}` or by `{"ok":false,"why":…}`.
class Plain final : public Dialect {
 public:
  [[nodiscard]] std::string subscribe(std::span<const std::string> channels, std::int64_t) const override {
    return R"({"op":"subscribe","channel":")" + channels.front() + "\"}";
  }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string> channels, std::int64_t) const override {
    return R"({"op":"unsubscribe","channel":")" + channels.front() + "\"}";
  }
  [[nodiscard]] Result<RequestIdView> request_id(const simdjson::dom::element& request) const override {
    std::string_view name;
    if (request["req"].get(name) == simdjson::SUCCESS) return name;
    return Dialect::request_id(request);
  }
  [[nodiscard]] Reading read(const simdjson::dom::element& message) const override {
    std::string_view text;
    if (message["re"].get(text) == simdjson::SUCCESS) return {.kind = Reading::Kind::reply, .id = text};
    bool granted = false;
    if (message["ok"].get(granted) != simdjson::SUCCESS) return Dialect::read(message);
    if (granted) return {.kind = Reading::Kind::confirmed};
    if (message["why"].get(text) != simdjson::SUCCESS) text = "refused";
    return {.kind = Reading::Kind::rejected, .text = text};
  }
};

class WithoutJsonRpc : public ::testing::Test {
 protected:
  Client connect(testing::Script script) {
    server.set_script(std::move(script));
    Options options{.request_timeout = patience, .dialect = std::make_shared<Plain>(), .subscribe_batch_size = 1};
    options.handler =
        overloaded{[this](const JsonMessage& message) { others.add(std::string{message.text}); }, [](const auto&) {}};
    return *Client::connect(server.url(), std::move(options));
  }
  LogOf<std::string> others;
  Server server = *Server::start();
};

TEST_F(WithoutJsonRpc, a_request_needs_an_id_and_no_method) {
  Client client = connect(
      [](const ReceivedMessage&) -> std::vector<Reply> { return {{false, R"({"id":"1512","result":"filled"})"}}; });
  const auto answer = client.request(R"({"id":"1512","op":"order"})");
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(answer->text(), R"({"id":"1512","result":"filled"})");
  EXPECT_EQ(client.request(R"({"op":"order"})").error(), errc::invalid_config);
}

TEST_F(WithoutJsonRpc, the_language_names_the_field_that_is_the_id) {
  Client client =
      connect([](const ReceivedMessage&) -> std::vector<Reply> { return {{false, R"({"re":"a","price":1})"}}; });
  const auto answer = client.request(R"({"op":"price","req":"a"})");
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(answer->text(), R"({"re":"a","price":1})");
}

TEST_F(WithoutJsonRpc, an_answer_that_names_nobody_is_the_oldest_requests) {
  Client client = connect([](const ReceivedMessage& message) -> std::vector<Reply> {
    if (!message.payload.contains("\"2\"")) return {};  // answers both at once
    return {{false, R"({"ok":true,"n":1})"}, {false, R"({"ok":false,"n":2})"}};
  });
  auto first = std::async([&] { return client.request(R"({"id":"1","op":"a"})"); });
  ASSERT_TRUE(testing::assert_message_sent(server, R"({"id":"1","op":"a"})", patience));
  const auto second = client.request(R"({"id":"2","op":"b"})");
  EXPECT_EQ(first.get()->text(), R"({"ok":true,"n":1})");
  EXPECT_EQ(second->text(), R"({"ok":false,"n":2})");
}

TEST_F(WithoutJsonRpc, one_channel_is_confirmed_and_another_refused) {
  Client client = connect([](const ReceivedMessage& message) -> std::vector<Reply> {
    if (message.payload.contains("\"A\"")) return {{false, R"({"ok":true})"}};
    return {{false, R"({"ok":false,"why":"no such channel"})"}};
  });
  const auto subscribed = client.subscribe_and_wait({"A", "B"});
  ASSERT_TRUE(subscribed) << to_string(subscribed.error());
  EXPECT_EQ(subscribed->confirmed, Names{"A"});
  ASSERT_EQ(subscribed->rejected.size(), 1U);
  EXPECT_EQ(subscribed->rejected[0].channel, "B");
  EXPECT_EQ(subscribed->rejected[0].error.detail(), "no such channel");
  EXPECT_EQ(others.size(), 0U);
}

TEST_F(WithoutJsonRpc, what_answers_nobody_is_delivered) {
  Client client = connect([](const ReceivedMessage&) -> std::vector<Reply> { return {}; });
  server.inject_message(R"({"ok":true})");
  EXPECT_TRUE(others.wait_for(R"({"ok":true})"));
}

TEST_F(WithoutJsonRpc, what_was_confirmed_is_told_also_when_the_rest_is_not_answered) {
  Client client = connect([](const ReceivedMessage& message) -> std::vector<Reply> {
    if (message.payload.contains("\"A\"")) return {{false, R"({"ok":true})"}};
    return {};
  });
  const auto subscribed = client.subscribe_and_wait({"A", "B"}, std::chrono::milliseconds{100});
  ASSERT_TRUE(subscribed) << to_string(subscribed.error());
  EXPECT_EQ(subscribed->confirmed, Names{"A"});
  ASSERT_EQ(subscribed->rejected.size(), 1U);
  EXPECT_EQ(subscribed->rejected[0].error, errc::timeout);
}

}  // namespace
}  // namespace zenws

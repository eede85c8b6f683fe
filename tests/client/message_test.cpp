// Owning copies keep what the views showed.
#include <limits>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/json.hpp>
#include <zenws/options.hpp>

namespace zenws {
namespace {

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span{text}); }

TEST(OwnedMessage, keeps_text_beyond_its_source) {
  std::string source = "hello";
  OwnedMessage message = TextMessage{source}.own();
  source = "gone!";
  EXPECT_EQ(message.kind(), OwnedMessage::Kind::text);
  EXPECT_EQ(message.text(), "hello");
  EXPECT_EQ(std::get<TextMessage>(message.view()).text, "hello");
}

TEST(OwnedMessage, keeps_binary_with_zeros) {
  const std::string_view payload{"\0\xFF\0", 3};
  OwnedMessage message{OwnedMessage::Kind::binary, bytes(payload)};
  EXPECT_EQ(std::get<BinaryMessage>(message.view()).bytes.size(), 3U);
  EXPECT_EQ(message.bytes()[1], std::byte{0xFF});
}

TEST(OwnedMessage, parses_json_when_looked_at) {
  OwnedMessage message{OwnedMessage::Kind::json, bytes(R"({"price":101.5})")};
  const Message view = message.view();
  EXPECT_DOUBLE_EQ(std::get<JsonMessage>(view).json["price"].get_double().value(), 101.5);
  EXPECT_EQ(std::get<JsonMessage>(message.view()).text, R"({"price":101.5})");
}

TEST(OwnedMessage, says_that_a_number_was_more_than_the_parser_holds) {
  OwnedMessage message{OwnedMessage::Kind::json, bytes(R"([18446744073709551616,-1e400])")};
  const Message view = message.view();
  const auto& json = std::get<JsonMessage>(view);
  EXPECT_TRUE(json.lossy);
  EXPECT_EQ(json.json.at(0).get_double().value(), 18446744073709551616.0);
  EXPECT_EQ(json.json.at(1).get_double().value(), std::numeric_limits<double>::lowest());
  EXPECT_EQ(json.text, "[18446744073709551616,-1e400]");
}

TEST(OwnedMessage, that_is_made_of_broken_json_is_null) {
  OwnedMessage message{OwnedMessage::Kind::json, bytes("{")};
  EXPECT_TRUE(std::get<JsonMessage>(message.view()).json.is_null());
}

TEST(OwnedMessage, keeps_responses_apart) {
  OwnedMessage message{OwnedMessage::Kind::unmatched_response, bytes(R"({"id":1,"result":2})")};
  EXPECT_TRUE(std::holds_alternative<UnmatchedResponse>(message.view()));
}

TEST(OwnedMessage, keeps_the_error_and_has_no_payload) {
  OwnedMessage message = ProtocolError{Error{errc::invalid_utf8, Phase::open, "why"}}.own();
  EXPECT_EQ(std::get<ProtocolError>(message.view()).error, errc::invalid_utf8);
  EXPECT_TRUE(message.text().empty());
}

TEST(OwnedMessage, moves_with_its_json) {
  OwnedMessage first{OwnedMessage::Kind::json, bytes("[1,2,3]")};
  static_cast<void>(first.view());
  OwnedMessage second = std::move(first);
  EXPECT_EQ(std::get<JsonMessage>(second.view()).json.at(2).get_int64().value(), 3);
}

TEST(OwnedMessage, may_be_empty) {
  OwnedMessage message{OwnedMessage::Kind::text, {}};
  EXPECT_EQ(message.text(), "");
}

TEST(Overloaded, sees_each_alternative_through_a_handler) {
  std::string seen;
  const Handler handler = overloaded{
      [&](const TextMessage& m) { seen = "text " + std::string{m.text}; },
      [&](const auto&) { seen = "other"; },
  };
  handler(ClientRef{}, TextMessage{"a"});
  EXPECT_EQ(seen, "text a");
  handler(ClientRef{}, BinaryMessage{{}});
  EXPECT_EQ(seen, "other");
}

TEST(Handler, gives_a_generic_function_each_alternative) {
  std::size_t size = 0;
  const Handler handler = [&](const auto& alternative) { size = sizeof(alternative); };
  handler(ClientRef{}, TextMessage{"a"});
  EXPECT_EQ(size, sizeof(TextMessage));
}

TEST(Handler, takes_a_function_of_any_message) {
  int calls = 0;
  const Handler handler = [&](const Message&) { ++calls; };
  handler(ClientRef{}, TextMessage{"a"});
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(Handler{});
}

TEST(Handler, gives_the_client_to_a_function_that_takes_it) {
  std::optional<std::uint64_t> id;
  const Handler handler = [&](const ClientRef& client, const Message&) { id = client.id(); };
  handler(ClientRef{}, TextMessage{"a"});
  EXPECT_EQ(id, 0U);
}

TEST(Handler, gives_the_client_to_those_overloads_that_take_it) {
  std::string seen;
  const Handler handler = overloaded{
      [&](const ClientRef& client, const TextMessage&) { seen += client.lock() ? "a client" : "no client"; },
      [&](const auto&) { seen += ", alone"; },
  };
  handler(ClientRef{}, TextMessage{"a"});
  handler(ClientRef{}, BinaryMessage{{}});
  EXPECT_EQ(seen, "no client, alone");
}

TEST(Handler, gives_a_generic_function_of_two_the_client_and_each_alternative) {
  std::size_t size = 0;
  const Handler handler = [&](const auto& client, const auto& alternative) {
    size = client.id() + sizeof(alternative);
  };
  handler(ClientRef{}, TextMessage{"a"});
  EXPECT_EQ(size, sizeof(TextMessage));
}

// Overloads are never asked with the variant, which `const auto&` would swallow.
TEST(LifecycleHandler, calls_the_overload_of_the_event) {
  std::string seen;
  const LifecycleHandler handler = overloaded{
      [&](const Connected&) { seen += "connected "; },
      [&](const Stopped&) { seen += "stopped "; },
      [&](const auto&) { seen += "other "; },
  };
  for (const Lifecycle& event :
       {Lifecycle{Connected{}}, Lifecycle{Degraded{}}, Lifecycle{Stopped{Error{errc::closed}}}})
    handler(event);
  EXPECT_EQ(seen, "connected other stopped ");
}

TEST(LifecycleHandler, takes_a_function_of_any_event) {
  std::size_t index = 0;
  const LifecycleHandler handler = [&](const Lifecycle& event) { index = event.index(); };
  handler(Degraded{});
  EXPECT_EQ(index, Lifecycle{Degraded{}}.index());
  EXPECT_FALSE(LifecycleHandler{nullptr});
}

TEST(VariantCallback, hands_on_what_comes_before_the_variant_and_what_is_returned) {
  const VariantCallback<int, Lifecycle, int> callback = overloaded{
      [](int first, const Connected&) { return first + 1; },
      [](int first, const auto&) { return first; },
  };
  EXPECT_EQ(callback(4, Connected{}), 5);
  EXPECT_EQ(callback(4, Degraded{}), 4);
}

TEST(VariantCallback, asks_the_overloads_of_a_custom_heartbeat) {
  const Heartbeat heartbeat = Heartbeat::custom("beat?", overloaded{
                                                             [](const TextMessage& m) { return m.text == "beat!"; },
                                                             [](const auto&) { return false; },
                                                         });
  EXPECT_TRUE(heartbeat.is_answer(TextMessage{"beat!"}));
  EXPECT_FALSE(heartbeat.is_answer(BinaryMessage{}));
}

}  // namespace
}  // namespace zenws

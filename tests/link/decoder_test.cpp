// What the user sees of a frame, and what is known of it: with and without decode_json, requests and a dialect.
#include "link/decoder.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/bytes.hpp"
#include "support/exact_bytes.hpp"
#include "ws/protocol.hpp"

namespace zenws::link {
namespace {

using test::ExactBytes;

constexpr std::string_view deribits_update = R"({"method":"subscription","params":{"channel":"c","data":1}})";

// Everything that it is asked about is an update of the channel `own`; or it throws.
class OwnDialect final : public Dialect {
 public:
  explicit OwnDialect(bool throws = false) : throws_{throws} {}
  [[nodiscard]] std::string subscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
  [[nodiscard]] Reading read(const simdjson::dom::element&) const override {
    if (throws_) throw std::runtime_error{"what?"};
    return {.kind = Reading::Kind::update, .channel = "own"};
  }

 private:
  bool throws_;
};
const OwnDialect own_dialect;

std::string shape(const Message& message) {
  if (const auto* json = std::get_if<JsonMessage>(&message)) return json->lossy ? "lossy json" : "json";
  if (const auto* reply = std::get_if<UnmatchedResponse>(&message)) return reply->lossy ? "lossy reply" : "reply";
  return std::holds_alternative<TextMessage>(message) ? "text" : "neither";
}

std::string meaning(const Reading& reading) {
  if (reading.kind == Reading::Kind::other) return "";
  if (reading.kind == Reading::Kind::update) return ", update of " + std::string{reading.channel};
  return reading.id == RequestIdView{1} ? ", answers 1" : ", answers another";
}

struct DecoderTest : ::testing::Test {
  std::vector<std::string> thrown;

  // The shape in which it is delivered, and what it means.
  std::string read(std::string_view text, bool decode_json, bool expects_answers, const Dialect* dialect = nullptr) {
    const Decoder decoder{decode_json, dialect, [this](std::string_view what) { thrown.emplace_back(what); }};
    ExactBytes bytes{text, ws::text_padding};
    std::optional<Inbound> inbound;
    decoder.read_text(inbound, bytes.text(), expects_answers);
    EXPECT_EQ(inbound->text, text);
    return shape(inbound->message) + meaning(inbound->reading);
  }
};

TEST_F(DecoderTest, tells_json_replies_and_texts_apart) {
  EXPECT_EQ(read(R"({"a":1})", true, false), "json");
  EXPECT_EQ(read(R"({"id":1,"result":2})", true, false), "reply, answers 1");
  EXPECT_EQ(read(R"({"id":1,"method":"m","result":2})", true, false), "json");
  EXPECT_EQ(read("pong", true, false), "text");
}

TEST_F(DecoderTest, says_where_a_number_is_more_than_the_parser_holds) {
  EXPECT_EQ(read("[1e400]", true, false), "lossy json");
  EXPECT_EQ(read(R"({"id":1,"result":1e400})", true, false), "lossy reply, answers 1");
}

TEST_F(DecoderTest, knows_a_reply_that_is_nested_too_deeply_to_be_parsed) {
  const std::string deep = std::string(2000, '[') + std::string(2000, ']');
  EXPECT_EQ(read(R"({"id":1,"result":)" + deep + "}", true, false), "text, answers 1");
  EXPECT_EQ(read(deep, true, false), "text");
}

TEST_F(DecoderTest, looks_into_nothing_when_texts_are_wanted_and_no_answers_expected) {
  EXPECT_EQ(read(R"({"id":1,"result":2})", false, false), "text");
  EXPECT_EQ(read(R"({"id":1,"result":2})", false, false, &own_dialect), "text");
}

TEST_F(DecoderTest, delivers_texts_and_knows_what_they_mean_when_answers_are_expected) {
  EXPECT_EQ(read(R"({"id":1,"result":2})", false, true), "text, answers 1");
  EXPECT_EQ(read(deribits_update, false, true), "text, update of c");
  EXPECT_EQ(read(R"({"id":1,"result":1e400})", false, true), "text, answers 1");
}

TEST_F(DecoderTest, knows_deribits_updates_without_a_dialect_only_when_answers_are_expected) {
  EXPECT_EQ(read(deribits_update, true, false), "json");
  EXPECT_EQ(read(deribits_update, true, true), "json, update of c");
}

TEST_F(DecoderTest, has_the_dialect_say_what_json_means) {
  for (const bool expects_answers : {false, true}) {
    EXPECT_EQ(read(R"({"id":1,"result":2})", true, expects_answers, &own_dialect), "json, update of own");
  }
  EXPECT_EQ(read("pong", true, true, &own_dialect), "text");
}

TEST_F(DecoderTest, delivers_what_a_dialect_throws_at_and_tells_what_it_threw) {
  const OwnDialect throwing{true};
  EXPECT_EQ(read(R"({"id":1,"result":2})", true, false, &throwing), "json");
  EXPECT_EQ(thrown, std::vector<std::string>{"what?"});
}

TEST_F(DecoderTest, keeps_the_parsed_value_beside_a_text) {
  const Decoder decoder{false, nullptr, {}};
  ExactBytes bytes{R"({"a":7})", ws::text_padding};
  std::optional<Inbound> inbound;
  decoder.read_text(inbound, bytes.text(), true);
  ASSERT_NE(inbound->json, nullptr);
  EXPECT_EQ(inbound->json->at_key("a").get_int64().value(), 7);
  decoder.read_text(inbound, bytes.text(), false);
  EXPECT_EQ(inbound->json, nullptr) << "nobody had to look";
}

TEST_F(DecoderTest, makes_messages_of_bytes_and_of_failures) {
  std::optional<Inbound> inbound;
  Decoder::read_binary(inbound, as_bytes("\x01\xFF"));
  EXPECT_EQ(as_text(std::get<BinaryMessage>(inbound->message).bytes), "\x01\xFF");
  Decoder::read_failure(inbound, Error{errc::invalid_utf8, Phase::open});
  EXPECT_EQ(std::get<ProtocolError>(inbound->message).error, errc::invalid_utf8);
}

}  // namespace
}  // namespace zenws::link

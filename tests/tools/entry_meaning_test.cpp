// What messages of venues, and events of the recorder, say.
#include "recordings/entry_meaning.hpp"

#include <gtest/gtest.h>

#include "command_line/option_values.hpp"

namespace zenws::program {
namespace {

using Direction = RecordedEntry::Direction;
using Type = RecordedEntry::Type;

constexpr const char* deribit_update =
    R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.X","data":[]}})";
constexpr const char* binance_update = R"({"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"1","q":"1"})";

RecordedEntry entry(std::string_view data, Direction dir = Direction::in, Type type = Type::text) {
  return {.ts = {}, .dir = dir, .type = type, .data = data, .epoch = 1};
}

TEST(EntryMeaning, names_the_channel_of_either_venue_when_no_dialect_is_given) {
  EntryReader reader{nullptr};
  EXPECT_EQ(reader.read_message(entry(deribit_update)).channel, "trades.X");
  EXPECT_EQ(reader.read_message(entry(binance_update)).channel, "btcusdt@trade");
}

TEST(EntryMeaning, follows_the_dialect_given) {
  EntryReader reader{parse_dialect("binance")};
  EXPECT_EQ(reader.read_message(entry(deribit_update)).channel, "");
  EXPECT_EQ(reader.read_message(entry(binance_update)).channel, "btcusdt@trade");
}

TEST(EntryMeaning, tells_requests_from_answers_by_direction) {
  EntryReader reader{nullptr};
  const Meaning request = reader.read_message(entry(R"({"id":7,"method":"public/test"})", Direction::out));
  EXPECT_EQ(request.asks, RequestIdView{std::int64_t{7}});
  EXPECT_EQ(request.answers, std::nullopt);
  const Meaning answer = reader.read_message(entry(R"({"id":"a","result":{}})"));
  EXPECT_EQ(answer.answers, RequestIdView{std::string_view{"a"}});
  EXPECT_EQ(answer.asks, std::nullopt);
}

TEST(EntryMeaning, finds_nothing_in_what_is_no_object) {
  EntryReader reader{nullptr};
  for (const char* const text : {"", "ping", "[1]", "{", R"({"id":)", "7", "null", " ", "{}"}) {
    const Meaning meaning = reader.read_message(entry(text));
    EXPECT_EQ(meaning.channel, "") << text;
    EXPECT_EQ(meaning.answers, std::nullopt) << text;
  }
}

TEST(EntryMeaning, reads_the_recorders_events) {
  EntryReader reader{nullptr};
  const auto read = [&](const char* data) { return reader.read_event(entry(data, Direction::in, Type::event)); };
  EXPECT_EQ(read(R"({"event":"connect","url":"ws://x"})").text, "ws://x");
  EXPECT_EQ(read(R"({"event":"disconnect","reason":"why"})").text, "why");
  EXPECT_EQ(read(R"({"event":"dropped","count":12})").count, 12U);
  EXPECT_EQ(read(R"({"event":"protocol_error","code":3,"detail":"d"})").kind, "protocol_error");
  EXPECT_EQ(read("no json").kind, "");
  const auto named = read(R"({"event":"connect","url":"ws://x","name":"feed-a","label_venue":"deribit","label_b":7})");
  EXPECT_EQ(named.name, "feed-a");
  EXPECT_EQ(named.labels, (std::vector<Label>{{"venue", "deribit"}}));
}

}  // namespace
}  // namespace zenws::program

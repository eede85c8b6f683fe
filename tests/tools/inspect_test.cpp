// `zenws inspect` as people run it: the table, the JSON, and files that are not as they should be.
#include "recordings/inspect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <zenws/recorder.hpp>

#include "support/scratch_folder.hpp"
#include "tools/child.hpp"
#include "tools/recording_lines.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

struct InspectCommand : ::testing::Test {
  // What `zenws inspect --json` says of it.
  nlohmann::json inspected(const RecordingLines& lines, std::vector<std::string> more = {}) const {
    lines.write_to(file);
    std::vector<std::string> arguments{"inspect", file, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return nlohmann::json::parse(ended.out);
  }
  testing::ScratchFolder folder;
  std::string file = folder.file("session.jsonl");
};

// An answered request, two channels, a binary message, a lost connection and the next one.
RecordingLines session() {
  RecordingLines lines;
  lines.connect().out(R"({"id":1,"method":"public/test"})").after(2ms).in(R"({"id":1,"result":{}})");
  for (int i = 0; i < 8; ++i) lines.after(1ms).update("trades.BTC");
  lines.after(1ms).update("trades.ETH").after(1ms).add("in", "binary", "AAEC", true);
  lines.after(1ms).disconnect().after(3s).epoch(2).connect().after(1ms).in("hello").add("in", "ping", "");
  return lines;
}

TEST_F(InspectCommand, counts_by_direction_and_type) {
  const auto found = inspected(session());
  EXPECT_EQ(found["in"]["text"], 11);
  EXPECT_EQ(found["in"]["binary"], 1);
  EXPECT_EQ(found["in"]["ping"], 1);
  EXPECT_EQ(found["out"]["text"], 1);
  EXPECT_EQ(found["events"], 3);
}

TEST_F(InspectCommand, takes_whatever_numbers_a_file_holds) {
  const auto line = [](std::string_view ts, std::string_view dir, std::string_view text) {
    return nlohmann::json{{"ts", ts}, {"dir", dir}, {"type", "text"}, {"data", text}, {"epoch", INT64_MAX}}.dump() +
           "\n";
  };
  RecordingLines lines;
  lines.raw(line("9999-12-31T23:59:59.999999Z", "in", R"({"id":1,"result":1})"));
  lines.raw(line("0000-01-01T00:00:00Z", "out", R"({"id":-9223372036854775808,"method":"m"})"));
  lines.raw(line("9999-12-31T23:59:59Z", "in", R"({"id":-9223372036854775808,"result":1})"));
  for (const char* count : {"9223372036854775807", "9223372036854775807", "9223372036854775807", "-1", "1e400"}) {
    lines.add("in", "event", R"({"event":"dropped","count":)" + std::string{count} + "}");
  }
  lines.raw(R"({"ts":"2026-01-01T00:00:00Z","dir":"in","type":"text","data":"x","epoch":18446744073709551616})"
            "\n");
  const auto found = inspected(lines);
  EXPECT_EQ(found["first_ts"], "0000-01-01T00:00:00.000000Z");
  EXPECT_EQ(found["last_ts"], "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(found["last_epoch"], INT64_MAX);
  EXPECT_EQ(found["dropped"], UINT64_MAX);
  EXPECT_EQ(found["skipped"], 1);
  EXPECT_GT(found["latency"]["max"], 3e11);
  const Ended table = run({"inspect", file});
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_THAT(table.out, HasSubstr("0000-01-01T00:00:00.000000Z to 9999-12-31T23:59:59.999999Z"));
}

TEST_F(InspectCommand, agrees_with_the_librarys_own_count) {
  const auto found = inspected(session().raw("damaged\n{\"ts\":\"2026"));
  const auto metadata = Recorder::metadata(file);
  ASSERT_TRUE(metadata);
  EXPECT_EQ(found["in"]["frames"], metadata->inbound);
  EXPECT_EQ(found["out"]["frames"], metadata->outbound);
  EXPECT_EQ(found["in"]["bytes"], metadata->bytes_in);
  EXPECT_EQ(found["connects"], metadata->connects);
  EXPECT_EQ(found["reconnects"], metadata->reconnects);
  EXPECT_EQ(found["skipped"], metadata->skipped);
  EXPECT_EQ(found["torn_end"], metadata->torn_end);
  EXPECT_EQ(found["file_size"], metadata->file_size);
  EXPECT_DOUBLE_EQ(found["duration"], std::chrono::duration<double>{metadata->duration}.count());
  EXPECT_DOUBLE_EQ(found["largest_gap"], std::chrono::duration<double>{metadata->largest_gap}.count());
}

TEST_F(InspectCommand, tells_what_the_client_is_called) {
  EXPECT_EQ(inspected(session())["name"], "");
  EXPECT_THAT(run({"inspect", file}).out, Not(HasSubstr("client")));
  const auto found = inspected(RecordingLines{}.add(
      "in", "event",
      R"({"event":"connect","url":"ws://x/","name":"feed-\u001b[31m","label_venue":"deribit","label_kind":"a\nb"})"));
  EXPECT_EQ(found["name"], "feed-\x1B[31m");
  EXPECT_EQ(found["labels"], (nlohmann::json{{"venue", "deribit"}, {"kind", "a\nb"}}));
  EXPECT_THAT(run({"inspect", file}).out, HasSubstr("  client       feed-\\x1B[31m, venue=deribit, kind=a\\x0Ab\n"));
}

TEST_F(InspectCommand, names_the_largest_gap_and_when_it_began) {
  const auto found = inspected(session());
  EXPECT_EQ(found["largest_gap"], 3.002);
  EXPECT_EQ(found["largest_gap_at"], "2026-11-26T11:00:00.012000Z");
}

TEST_F(InspectCommand, counts_channels_and_sums_up_those_not_shown) {
  const auto channels = inspected(session(), {"--top", "1"})["channels"];
  EXPECT_EQ(channels["top"][0]["channel"], "trades.BTC");
  EXPECT_EQ(channels["top"][0]["messages"], 8);
  EXPECT_EQ(channels["others"]["messages"], 1);
  EXPECT_EQ(channels["unnamed"], 3) << "an answer, a binary message and a text without a channel";
}

TEST_F(InspectCommand, measures_requests_up_to_their_answers) {
  const auto found = inspected(session());
  EXPECT_EQ(found["requests"], 1);
  EXPECT_EQ(found["latency"]["count"], 1);
  EXPECT_EQ(found["latency"]["p50"], 0.002);
}

TEST_F(InspectCommand, tells_of_damage) {
  const auto found = inspected(RecordingLines{}
                                   .raw("not json\n\n")
                                   .in("x")
                                   .add("in", "event", R"({"event":"dropped","count":7})")
                                   .raw("{\"ts\":"));
  EXPECT_EQ(found["skipped"], 1);
  EXPECT_EQ(found["dropped"], 7);
  EXPECT_EQ(found["torn_end"], true);
}

TEST_F(InspectCommand, does_not_call_a_last_line_without_newline_torn) {
  std::string text = RecordingLines{}.in("x").text();
  text.pop_back();
  const auto found = inspected(RecordingLines{}.raw(text));
  EXPECT_EQ(found["torn_end"], false);
  EXPECT_EQ(found["in"]["text"], 1);
}

TEST_F(InspectCommand, calls_a_file_without_any_entry_no_recording) {
  for (const char* const text : {"not json\n{}\n", "no newline"}) {
    RecordingLines{}.raw(text).write_to(file);
    const Ended ended = run({"inspect", file});
    EXPECT_EQ(ended.exit_code, static_cast<int>(Exit::failed)) << text;
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, HasSubstr("no line of it is an entry of a recording"));
  }
}

TEST_F(InspectCommand, finds_nothing_in_an_empty_file) {
  const auto found = inspected(RecordingLines{});
  EXPECT_EQ(found["in"]["frames"], 0);
  EXPECT_EQ(found["first_ts"], nullptr);
  EXPECT_EQ(found["latency"]["count"], 0);
}

TEST_F(InspectCommand, prints_a_table_a_file) {
  session().write_to(file);
  const std::string second = folder.file("second.jsonl");
  RecordingLines{}.connect().write_to(second);
  const Ended ended = run({"inspect", file, second});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.out, HasSubstr(file + "\n"));
  EXPECT_THAT(ended.out, HasSubstr("\n\n" + second + "\n"));
  EXPECT_THAT(ended.out, HasSubstr("  connections  2, 1 of them reconnects, epochs 1 to 2, 0 protocol errors\n"));
  EXPECT_THAT(ended.out, HasSubstr("  largest gap  3.00 s without an inbound frame, from 2026-11-26T11:00:00.012000Z"));
  EXPECT_THAT(ended.out, HasSubstr("trades.BTC"));
}

TEST_F(InspectCommand, lets_no_channels_name_drive_the_terminal) {
  RecordingLines{}.update("\x1b[2J\nfake row").write_to(file);
  const Ended ended = run({"inspect", file});
  EXPECT_THAT(ended.out, HasSubstr("\\x1B[2J\\x0Afake row"));
  EXPECT_THAT(ended.out, Not(HasSubstr("\x1b")));
}

TEST_F(InspectCommand, goes_on_with_the_next_file_when_one_is_not_there) {
  session().write_to(file);
  const Ended ended = run({"inspect", folder.file("missing"), file});
  EXPECT_EQ(ended.exit_code, static_cast<int>(Exit::failed));
  EXPECT_THAT(ended.err, HasSubstr("missing"));
  EXPECT_THAT(ended.out, HasSubstr("trades.BTC"));
}

}  // namespace
}  // namespace zenws::program

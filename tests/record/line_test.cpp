// Every kind of frame as a line, and the line read back.
#include "record/line.hpp"

#include <random>

#include <gtest/gtest.h>

#include <zenws/options.hpp>

#include "base/bytes.hpp"
#include "record/read_line.hpp"
#include "record/timestamp.hpp"

namespace zenws::record {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const RecordedTime when = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26} + 11h + 5min + 9s + 123456us;

std::string line_of(Direction dir, Type type, std::string_view payload, std::uint64_t epoch = 1) {
  Buffer out;
  append_line(out, Timestamp{}.text(when),
              {.at = {}, .dir = dir, .type = type, .epoch = epoch, .payload = as_bytes(payload)},
              Redactor{RecordOptions{}.redacted_keys});
  return std::string{as_text(out.bytes())};
}

// "in text 1 hello", or "damaged".
std::string read(std::string line) {
  const std::size_t size = line.size();
  line.append(json::padding, '\0');
  LineReader reader;
  const auto entry = reader.read(std::string_view{line}.substr(0, size));
  if (!entry) return "damaged";
  EXPECT_EQ(entry->ts, when);
  return std::string{to_string(entry->dir)} + " " + std::string{to_string(entry->type)} + " " +
         std::to_string(entry->epoch) + " " + std::string{entry->data};
}

TEST(RecordLine, is_one_json_object_with_the_fields_of_the_format) {
  EXPECT_EQ(line_of(Direction::in, Type::text, R"({"a":"b"})"),
            R"({"ts":"2026-11-26T11:05:09.123456Z","dir":"in","type":"text","data":"{\"a\":\"b\"}","epoch":1})"
            "\n");
  EXPECT_EQ(line_of(Direction::out, Type::binary, "\xFF\0a"s, 3),
            R"({"ts":"2026-11-26T11:05:09.123456Z","dir":"out","type":"binary","data":"/wBh","binary":true,"epoch":3})"
            "\n");
}

TEST(RecordLine, gives_a_close_frame_as_code_and_reason) {
  EXPECT_EQ(read(line_of(Direction::in, Type::close, "\x03\xE8 bye \"x\"")),
            R"(in close 1 {"code":1000,"reason":" bye \"x\""})");
  EXPECT_EQ(read(line_of(Direction::out, Type::close, "")), R"(out close 1 {"code":1005,"reason":""})");
}

TEST(RecordLine, hides_secrets_in_reasons_of_closes_and_events) {
  EXPECT_EQ(read(line_of(Direction::in, Type::close, "\x0F\xA1{\"AccessToken\":\"s3cret\",\"a\":1}")),
            R"(in close 1 {"code":4001,"reason":"{\"AccessToken\":\"[REDACTED]\",\"a\":1}"})");
  EXPECT_EQ(read(line_of(Direction::in, Type::close, "\x0F\xA1 cut: {\"access_token\":\"s3cr")),
            R"(in close 1 {"code":4001,"reason":" cut: {\"access_token\":\"[REDACTED]\""})");
  EXPECT_EQ(read(line_of(Direction::in, Type::event,
                         R"x({"event":"disconnect","reason":"lost (close 4001 {\"access_token\":\"s3cret\"})"})x")),
            R"x(in event 1 {"event":"disconnect","reason":"lost (close 4001 {\"access_token\":\"[REDACTED]\"})"})x");
}

TEST(RecordLine, gives_back_the_bytes_of_every_frame) {
  std::mt19937 random{3};
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    std::string text = bytes;
    for (char& byte : text) byte = static_cast<char>(byte & 0x7F);
    EXPECT_EQ(read(line_of(Direction::in, Type::text, text)), "in text 1 " + text);
    EXPECT_EQ(read(line_of(Direction::in, Type::binary, bytes)), "in binary 1 " + bytes);
    EXPECT_EQ(read(line_of(Direction::out, Type::ping, bytes)), "out ping 1 " + bytes);
    EXPECT_EQ(read(line_of(Direction::in, Type::pong, text)), "in pong 1 " + text);
    EXPECT_EQ(read(line_of(Direction::out, Type::text, bytes)), "out text 1 " + bytes);  // a user's own heartbeat
  }
}

TEST(RecordLine, keeps_lone_surrogates_as_they_were_spelled) {
  EXPECT_EQ(read(line_of(Direction::in, Type::text, R"({"half":"\ud800"})")), R"(in text 1 {"half":"\ud800"})");
  EXPECT_EQ(read(line_of(Direction::out, Type::text, "\xED\xA0\x80")), "out text 1 \xED\xA0\x80");
}

TEST(RecordLine, holds_no_secret_in_text_or_binary) {
  EXPECT_EQ(read(line_of(Direction::out, Type::text, R"({"params":{"client_secret":"s"}})")),
            R"(out text 1 {"params":{"client_secret":"[REDACTED]"}})");
  EXPECT_EQ(read(line_of(Direction::out, Type::binary, R"({"client_secret":"s"})")),
            R"(out binary 1 {"client_secret":"[REDACTED]"})");
}

TEST(RecordReadLine, ignores_members_it_does_not_know_and_their_order) {
  EXPECT_EQ(
      read(R"({"venue":"x","data":"hi","n":{"ts":1},"type":"text","dir":"in","ts":"2026-11-26T11:05:09.123456Z"})"),
      "in text 0 hi");
}

TEST(RecordReadLine, takes_half_a_line_for_damaged) {
  const std::string whole = line_of(Direction::in, Type::text, "hello");
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) EXPECT_EQ(read(whole.substr(0, size)), "damaged") << size;
}

TEST(RecordReadLine, refuses_what_the_format_does_not_allow) {
  const std::string head = R"({"ts":"2026-11-26T11:05:09.123456Z",)";
  for (const char* wrong : {R"("dir":"up","type":"text","data":""})", R"("dir":"in","type":"what","data":""})",
                            R"("dir":"in","type":"text"})", R"("dir":"in","type":"text","data":1})",
                            R"("dir":"in","type":"text","data":"","epoch":-1})",
                            R"("dir":"in","type":"binary","data":"!","binary":true})"}) {
    EXPECT_EQ(read(head + wrong), "damaged") << wrong;
  }
  EXPECT_EQ(read(R"({"ts":"noon","dir":"in","type":"text","data":""})"), "damaged");
}

TEST(RecordReadEvent, reads_what_the_recorder_says) {
  EXPECT_EQ(read_event(R"({"event":"dropped","count":7})")->count, 7U);
  EXPECT_EQ(read_event(R"({"event":"connect","url":"ws://x"})")->kind, "connect");
  EXPECT_FALSE(read_event(R"({"count":7})"));
  const auto named = read_event(
      R"({"event":"connect","url":"ws://x","name":"feed-a","label_venue":"deribit","label_b":"x","label":"y"})");
  EXPECT_EQ(named->name, "feed-a");
  EXPECT_EQ(named->labels, (std::vector<Label>{{"venue", "deribit"}, {"b", "x"}}));
  EXPECT_FALSE(read_event("dropped"));
}

TEST(RecordReadEvent, keeps_no_more_labels_than_a_client_can_have) {
  std::string json = R"({"event":"connect")";
  for (int i = 0; i < 100; ++i) json += R"(,"label_)" + std::to_string(i) + R"(":"")";
  EXPECT_EQ(read_event(json + "}")->labels.size(), 16U);
}

}  // namespace
}  // namespace zenws::record

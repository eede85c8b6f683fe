// What a recording is said to hold.
#include <gtest/gtest.h>

#include <zenws/recorder.hpp>

#include "support/scratch_folder.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view session =
    R"({"ts":"2026-01-01T00:00:00.000000Z","dir":"in","type":"event","data":"{\"event\":\"connect\"}","epoch":1}
{"ts":"2026-01-01T00:00:01.000000Z","dir":"out","type":"text","data":"12345","epoch":1}
{"ts":"2026-01-01T00:00:02.000000Z","dir":"in","type":"text","data":"123","epoch":1}
{"ts":"2026-01-01T00:00:02.500000Z","dir":"in","type":"ping","data":"x","epoch":1}
{"ts":"2026-01-01T00:00:02.500001Z","dir":"out","type":"pong","data":"x","epoch":1}
{"ts":"2026-01-01T00:00:03.000000Z","dir":"in","type":"event","data":"{\"event\":\"disconnect\"}","epoch":1}
damaged
{"ts":"2026-01-01T00:00:09.000000Z","dir":"in","type":"event","data":"{\"event\":\"connect\"}","epoch":2}
{"ts":"2026-01-01T00:00:09.500000Z","dir":"in","type":"binary","data":"AAA=","binary":true,"epoch":2}
{"ts":"2026-01-01T00:00:09.600000Z","dir":"in","type":"event","data":"{\"event\":\"dropped\",\"count\":7}","epoch":2}
{"ts":"2026-01-01T00:00:10.000000Z","dir":"in","type":"close","data":"{\"code\":1000,\"reason\":\"\"}","epoch":2}
{"ts":"20)";

TEST(RecorderMetadata, counts_what_is_there) {
  const testing::ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");
  testing::write_file(path, session);
  const auto found = Recorder::metadata(path);
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->count, 6U);
  EXPECT_EQ(found->inbound, 4U);
  EXPECT_EQ(found->outbound, 2U);
  EXPECT_EQ(found->text, 2U);
  EXPECT_EQ(found->binary, 1U);
  EXPECT_EQ(found->ping, 1U);
  EXPECT_EQ(found->pong, 1U);
  EXPECT_EQ(found->close, 1U);
  EXPECT_EQ(found->events, 4U);
  EXPECT_EQ(found->connects, 2U);
  EXPECT_EQ(found->reconnects, 1U);
  EXPECT_EQ(found->dropped, 7U);
  EXPECT_EQ(found->skipped, 1U);
  EXPECT_TRUE(found->torn_end);
  EXPECT_EQ(found->file_size, session.size());
  EXPECT_EQ(found->bytes_out, 6U);
  EXPECT_EQ(found->duration, 10s);
  EXPECT_EQ(found->largest_gap, 7s);
  EXPECT_EQ(*found->largest_gap_at - *found->first_ts, 2500ms);
}

TEST(RecorderMetadata, tells_what_the_client_that_connected_last_is_called) {
  const testing::ScratchFolder folder;
  const auto found = [&](std::initializer_list<std::string_view> connects) {
    std::string lines;
    for (const std::string_view more : connects) {
      lines += R"({"ts":"2026-01-01T00:00:00Z","dir":"in","type":"event","epoch":1,"data":"{\"event\":\"connect\")";
      lines += std::string{more} + "}\"}\n";
    }
    testing::write_file(folder.file("called"), lines);
    return *Recorder::metadata(folder.file("called"));
  };
  constexpr std::string_view named = R"(,\"name\":\"feed-a\",\"label_venue\":\"deribit\")";
  EXPECT_EQ(found({"", named}).name, "feed-a");
  EXPECT_EQ(found({"", named}).labels, (std::vector<Label>{{"venue", "deribit"}}));
  EXPECT_EQ(found({named, ""}).name, "");
  EXPECT_TRUE(found({named, ""}).labels.empty());
}

TEST(RecorderMetadata, counts_to_the_largest_number_whatever_a_recording_says) {
  const testing::ScratchFolder folder;
  std::string lines;
  for (int i = 0; i < 3; ++i) {
    lines += R"({"ts":"2026-01-01T00:00:09.600000Z","dir":"in","type":"event",)"
             R"("data":"{\"event\":\"dropped\",\"count\":9223372036854775807}","epoch":1})"
             "\n";
  }
  testing::write_file(folder.file("hostile"), lines);
  EXPECT_EQ(Recorder::metadata(folder.file("hostile"))->dropped, UINT64_MAX);
}

TEST(RecorderMetadata, of_an_empty_file_is_empty) {
  const testing::ScratchFolder folder;
  testing::write_file(folder.file("empty"), "");
  const auto found = Recorder::metadata(folder.file("empty"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->count, 0U);
  EXPECT_FALSE(found->first_ts);
  EXPECT_FALSE(Recorder::metadata(folder.file("missing")));
}

}  // namespace
}  // namespace zenws

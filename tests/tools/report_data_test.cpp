// What a report gathers.
#include "recordings/report_data.hpp"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/scratch_folder.hpp"
#include "tools/recording_lines.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

ReportData gathered(const RecordingLines& lines) {
  const testing::ScratchFolder folder;
  const std::string file = folder.file("session.jsonl");
  lines.write_to(file);
  ReportData data;
  const auto scanned = scan(file, nullptr, [&data](const Seen& seen) { data.add(seen); });
  EXPECT_TRUE(scanned);
  data.finish(scanned.value_or(Scanned{}));
  return data;
}

TEST(ReportData, follows_connections_from_their_beginning_to_their_end) {
  RecordingLines lines;
  lines.connect().in("x").after(5s).disconnect().after(2s).epoch(2).connect().after(1s).in("y");
  const auto spans = gathered(lines).connections();
  ASSERT_EQ(spans.size(), 2U);
  ASSERT_TRUE(spans[0].to);
  EXPECT_EQ(spans[0].epoch, 1U);
  EXPECT_EQ(*spans[0].to - spans[0].from, 5s);
  EXPECT_EQ(spans[1].from - *spans[0].to, 2s);
  EXPECT_EQ(spans[1].to, std::nullopt);
}

TEST(ReportData, knows_a_connection_whose_beginning_is_in_another_file) {
  const auto spans = gathered(RecordingLines{}.epoch(7).in("x").in("y")).connections();
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].epoch, 7U);
}

TEST(ReportData, begins_a_connection_with_each_session_of_the_file) {
  RecordingLines lines;
  lines.connect().disconnect().after(1s).connect().in("same epoch again");
  EXPECT_EQ(gathered(lines).connections().size(), 2U);
}

TEST(ReportData, keeps_a_bounded_number_of_marks_of_bounded_length) {
  RecordingLines lines;
  lines.disconnect(std::string(299, 'x') + "é and more");
  for (std::size_t i = 0; i < ReportData::most_marks + 10; ++i) lines.connect();
  const ReportData data = gathered(lines);
  EXPECT_EQ(data.events().size(), ReportData::most_marks);
  EXPECT_EQ(data.connections().size(), ReportData::most_marks);
  EXPECT_EQ(data.events()[0].text, std::string(299, 'x') + "…");
}

TEST(ReportData, is_json_without_anything_that_a_page_would_take_for_markup) {
  RecordingLines lines;
  lines.connect().update("</script><b>&").disconnect("<!--\u2028").out(R"({"id":1})").after(3ms);
  const std::string json = gathered(lines.in(R"({"id":1,"result":0})")).json("<name>");
  EXPECT_EQ(json.find_first_of("<>&"), std::string::npos);
  const auto read = nlohmann::json::parse(json);
  EXPECT_EQ(read["summary"]["file"], "<name>");
  EXPECT_EQ(read["summary"]["channels"]["top"][0]["channel"], "</script><b>&");
  EXPECT_EQ(read["events"][1][3], "<!--\u2028");
  EXPECT_EQ(read["series"]["latency_max"].back(), 3.0);
  EXPECT_EQ(read["connections"].size(), 1U);
}

TEST(ReportData, is_json_of_an_empty_recording_too) {
  const auto read = nlohmann::json::parse(gathered(RecordingLines{}).json("x"));
  EXPECT_EQ(read["series"]["in"].size(), 0U);
  EXPECT_EQ(read["bars"]["gaps"]["counts"].size(), 0U);
}

TEST(ReportData, stays_small_however_long_the_recording_is) {
  RecordingLines lines;
  for (int i = 0; i < 30'000; ++i) lines.after(1s).update("channel " + std::to_string(i), "");
  EXPECT_LT(gathered(lines).json("x").size(), 100'000U);
}

TEST(BarsOf, stand_on_round_edges_around_the_values) {
  LogHistogram values;
  for (const std::uint64_t value : {12U, 16U, 16U, 60U}) values.add(value);
  const Bars bars = bars_of(values);
  EXPECT_THAT(bars.edges, ElementsAre(10, 15, 20, 30, 50, 70));
  EXPECT_THAT(bars.counts, ElementsAre(1, 2, 0, 0, 1));
}

TEST(BarsOf, count_every_value_once) {
  LogHistogram values;
  for (std::uint64_t value = 1; value != 0; value *= 2) values.add(value);
  values.add(0);
  const Bars bars = bars_of(values);
  EXPECT_EQ(std::accumulate(bars.counts.begin(), bars.counts.end(), std::uint64_t{0}), values.count());
  EXPECT_EQ(bars.edges.size(), bars.counts.size() + 1);
}

TEST(BarsOf, one_value_are_one_bar) {
  LogHistogram values;
  values.add(100);
  EXPECT_THAT(bars_of(values).edges, ElementsAre(100, 150));
  EXPECT_THAT(bars_of({}).counts, ElementsAre());
}

}  // namespace
}  // namespace zenws::program

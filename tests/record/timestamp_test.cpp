// Times as text and back.
#include "record/timestamp.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace zenws::record {
namespace {

using namespace std::chrono_literals;

std::string text_of(RecordedTime time) { return std::string{Timestamp{}.text(time)}; }

TEST(RecordTimestamp, is_iso_8601_in_utc_with_microseconds) {
  EXPECT_EQ(text_of(RecordedTime{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(text_of(std::chrono::sys_days{std::chrono::year{2026} / 11 / 26} + 11h + 5min + 9s + 123456us),
            "2026-11-26T11:05:09.123456Z");
  EXPECT_EQ(text_of(std::chrono::sys_days{std::chrono::year{2028} / 2 / 29} + 24h - 1us),
            "2028-02-29T23:59:59.999999Z");
}

TEST(RecordTimestamp, is_read_as_it_was_written) {
  std::mt19937_64 random{11};
  for (int i = 0; i < 10'000; ++i) {
    const RecordedTime time{std::chrono::microseconds{random() % 4'000'000'000'000'000}};
    ASSERT_EQ(parse_timestamp(text_of(time)), time);
  }
}

TEST(RecordTimestamp, is_the_same_behind_any_other) {
  std::mt19937_64 random{12};
  Timestamp timestamp;
  RecordedTime time{};
  for (int i = 0; i < 10'000; ++i) {
    time += std::chrono::microseconds{random() % (i % 100 == 0 ? 1'000'000'000'000 : 300'000)};
    if (i % 50 == 0) time -= 1s;
    const std::string text{timestamp.text(time)};
    ASSERT_EQ(text, text_of(time));
    ASSERT_EQ(timestamp.text(time), text);
  }
}

TEST(RecordTimestamp, may_have_more_or_fewer_digits) {
  const auto second = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + 3h + 4min + 5s;
  EXPECT_EQ(parse_timestamp("2026-01-02T03:04:05Z"), second);
  EXPECT_EQ(parse_timestamp("2026-01-02T03:04:05.5Z"), second + 500ms);
  EXPECT_EQ(parse_timestamp("2026-01-02T03:04:05.123456789Z"), second + 123456us);
}

TEST(RecordTimestamp, is_refused_when_it_is_none) {
  for (const char* wrong : {"", "2026-01-02", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z",
                            "2026-02-30T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:04:05.Z",
                            "2026-01-02T03:04:05.1xZ", "2026-01-02T03:04:05+00:00", "2O26-01-02T03:04:05Z"}) {
    EXPECT_EQ(parse_timestamp(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace zenws::record

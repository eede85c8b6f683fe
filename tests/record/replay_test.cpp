// Entries again: which, in which order, when.
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <zenws/recorder.hpp>

#include "record/pace.hpp"
#include "record/timestamp.hpp"
#include "support/scratch_folder.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using Direction = RecordedEntry::Direction;

const RecordedTime midnight = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

struct RecorderReplay : ::testing::Test {
  testing::ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");

  void SetUp() override {
    std::string content;
    for (int i = 0; i < 6; ++i) {
      content += fmt::format(R"({{"ts":"2026-01-01T00:00:00.{:03}Z","dir":"{}","type":"text","data":"{}"}})", i,
                             i % 2 == 0 ? "in" : "out", i);
      content += i == 3 ? "\ndamaged\n" : "\n";
    }
    testing::write_file(path, content);
  }

  std::string replayed(const ReplayOptions& options) {
    std::string seen;
    const auto done = Recorder::replay(path, [&](const RecordedEntry& entry) { seen += entry.data; }, options);
    EXPECT_TRUE(done) << to_string(done.error());
    EXPECT_EQ(done.value_or(Replayed{}).delivered, seen.size());
    EXPECT_EQ(done.value_or(Replayed{}).skipped, 1U);
    return seen;
  }
};

TEST_F(RecorderReplay, gives_every_entry_in_order) { EXPECT_EQ(replayed({}), "012345"); }

TEST_F(RecorderReplay, gives_one_direction) {
  EXPECT_EQ(replayed({.direction = Direction::in}), "024");
  EXPECT_EQ(replayed({.direction = Direction::out}), "135");
}

TEST_F(RecorderReplay, gives_a_span_of_time) {
  EXPECT_EQ(replayed({.from = midnight + 2ms}), "2345");
  EXPECT_EQ(replayed({.until = midnight + 2ms}), "01");
  EXPECT_EQ(replayed({.direction = Direction::in, .from = midnight + 1ms, .until = midnight + 4ms}), "2");
}

TEST_F(RecorderReplay, takes_its_time_when_told) {
  const TimePoint begun = Clock::now();
  EXPECT_EQ(replayed({.realtime = true}), "012345");
  EXPECT_GE(Clock::now() - begun, 5ms);
  EXPECT_EQ(replayed({.realtime = true, .speed = 1000}), "012345");
}

TEST_F(RecorderReplay, ends_where_the_function_throws) {
  const auto done = Recorder::replay(path, [](const RecordedEntry& entry) {
    if (entry.data == "2") throw std::runtime_error{"enough"};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), errc::cancelled);
  EXPECT_EQ(done.error().detail(), "the function threw: enough");
}

TEST_F(RecorderReplay, refuses_a_speed_that_is_none) {
  for (const double speed : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    const auto done = Recorder::replay(path, [](const RecordedEntry&) {}, {.speed = speed});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error(), errc::invalid_config);
  }
  EXPECT_FALSE(Recorder::replay(folder.file("missing"), [](const RecordedEntry&) {}));
}

TEST(RecordPace, is_that_of_the_recording_times_the_speed) {
  record::Pace pace{10};
  const TimePoint now{1h};
  EXPECT_EQ(pace.due(midnight, now), now);
  EXPECT_EQ(pace.due(midnight + 1s, now + 7s), now + 100ms);
  EXPECT_EQ(pace.due(midnight + 1min, now), now + 6s);
}

TEST(RecordPace, may_be_endlessly_fast_or_nearly_stand_still) {
  record::Pace fast{std::numeric_limits<double>::infinity()};
  record::Pace slow{1e-300};
  const TimePoint now{1h};
  (void)fast.due(midnight, now);
  (void)slow.due(midnight, now);
  EXPECT_EQ(fast.due(midnight + 1h, now), now);
  EXPECT_GT(slow.due(midnight + 1h, now), now + 1h);
}

TEST(RecordPace, takes_times_that_go_back_as_due_at_once_however_far) {
  const TimePoint now{1h};
  for (const double speed : {1.0, 1e-300, 1e300}) {
    record::Pace pace{speed};
    EXPECT_EQ(pace.due(*record::parse_timestamp("9999-12-31T23:59:60Z"), now), now);
    EXPECT_EQ(pace.due(*record::parse_timestamp("0000-01-01T00:00:00Z"), now + 1s), now) << speed;
  }
}

}  // namespace
}  // namespace zenws

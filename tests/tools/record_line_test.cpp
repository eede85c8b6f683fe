// The live line of a recording.
#include "recordings/record_line.hpp"

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;

TEST(RecordLine, tells_what_came_and_what_is_in_the_file) {
  EXPECT_EQ(show_progress({.messages = 12'345,
                           .rate = 99.6,
                           .bytes = 4'560'000,
                           .gaps = 2,
                           .gap_time = 1500ms,
                           .file_size = 5'100'000,
                           .waiting = 12'000}),
            "messages 12,345 (100/s), received 4.56 MB, gaps 2 (1.50 s), file 5.10 MB, waiting 12.0 kB");
}

TEST(RecordLine, speaks_of_gap_time_only_when_there_was_one) {
  EXPECT_EQ(show_progress({}), "messages 0 (0/s), received 0 B, gaps 0, file 0 B, waiting 0 B");
}

TEST(RecordLine, does_not_hide_a_loss) { EXPECT_TRUE(show_progress({.dropped = 1'234}).ends_with(", LOST 1,234")); }

}  // namespace
}  // namespace zenws::program

// Output waits for its reader, but never longer than allowed.
#include "console/output.hpp"

#include <array>
#include <future>
#include <signal.h>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

#include "console/signals.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class OutputTest : public ::testing::Test {
 protected:
  OutputTest() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~OutputTest() override {
    close_reader();
    ::close(ends_[1]);
  }
  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  // What comes out at the other end, `size` bytes of it.
  [[nodiscard]] std::string read(std::size_t size) const {
    std::string text;
    std::array<char, 1000> chunk;
    while (text.size() < size) {
      const ssize_t got = ::read(ends_[0], chunk.data(), chunk.size());
      if (got <= 0) break;
      text.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return text;
  }
  [[nodiscard]] int writer() const { return ends_[1]; }

  Signals signals_;
  const std::string large_ = std::string(500'000, 'x') + "end";

 private:
  std::array<int, 2> ends_{};
};

TEST_F(OutputTest, is_written_whole_however_slow_its_reader) {
  auto reader = std::async(std::launch::async, [&] { return read(large_.size()); });
  EXPECT_EQ(write_all(writer(), large_, signals_), Written::all);
  EXPECT_EQ(reader.get(), large_);
}

TEST_F(OutputTest, is_given_up_when_the_time_is_over) {
  EXPECT_EQ(write_all(writer(), large_, signals_, Clock::now() + 20ms), Written::interrupted);
}

TEST_F(OutputTest, is_given_up_when_a_signal_asks_to_end) {
  ::raise(SIGTERM);
  EXPECT_EQ(write_all(writer(), large_, signals_), Written::interrupted);
}

TEST_F(OutputTest, is_still_written_after_a_signal_as_long_as_somebody_reads) {
  ::raise(SIGINT);
  EXPECT_EQ(write_all(writer(), "short", signals_), Written::all);
  EXPECT_EQ(read(5), "short");
}

TEST_F(OutputTest, tells_a_reader_that_left_from_a_failure) {
  close_reader();
  EXPECT_EQ(write_all(writer(), "text", signals_), Written::nobody_reads);
  EXPECT_EQ(write_all(1 << 20, "text", signals_), Written::failed);
}

TEST(Signals, ask_to_end_and_wake_who_waits) {
  const Signals signals;
  EXPECT_FALSE(signals.wait_until(Clock::now() + 1ms));
  ::raise(SIGTERM);
  EXPECT_TRUE(signals.asked_to_end());
  EXPECT_TRUE(signals.wait_until(Clock::time_point::max()));
}

TEST(Signals, begin_anew_with_each_object) {
  {
    const Signals signals;
    ::raise(SIGINT);
    EXPECT_TRUE(signals.asked_to_end());
  }
  const Signals signals;
  EXPECT_FALSE(signals.asked_to_end());
  EXPECT_FALSE(signals.wait_until(Clock::now() + 1ms));
}

TEST(TimeLeft, is_rounded_up_and_bounded) {
  EXPECT_EQ(milliseconds_until(Clock::now() - 1h), 0);
  EXPECT_EQ(milliseconds_until(Clock::time_point::max()), 3'600'000);
  EXPECT_GT(milliseconds_until(Clock::now() + 1min), 0);
}

}  // namespace
}  // namespace zenws::program

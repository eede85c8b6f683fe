// Seeds: whole clients through ten virtual minutes of faults each, and no rule broken.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "sim/scenario.hpp"

namespace zenws::sim {
namespace {

std::string described(const Outcome& outcome) {
  std::string text = "seed " + std::to_string(outcome.seed) + "\n";
  for (const std::string& rule : outcome.broken) text += rule + "\n";
  constexpr std::size_t shown = 60;
  const std::size_t first = outcome.lines.size() - std::min(outcome.lines.size(), shown);
  for (std::size_t i = first; i < outcome.lines.size(); ++i) text += outcome.lines[i] + "\n";
  return text + "the same again: ./dev sim " + std::to_string(outcome.seed);
}

struct Sum {
  std::uint64_t seeds = 0, events = 0, faults = 0, reconnects = 0, handshakes = 0;

  void add(const Outcome& outcome) {
    ++seeds;
    events += outcome.events;
    faults += outcome.faults;
    reconnects += outcome.reconnects;
    handshakes += outcome.handshakes;
  }
};

Sum run_seeds(std::uint64_t first, std::uint64_t last) {
  Sum sum;
  int broken = 0;
  for (std::uint64_t seed = first; seed <= last && broken < 3; ++seed) {
    const Outcome outcome = run_seed(seed);
    sum.add(outcome);
    if (!outcome.broken.empty()) ++broken;
    EXPECT_TRUE(outcome.broken.empty()) << described(outcome);
  }
  return sum;
}

struct Seeds : ::testing::TestWithParam<std::uint64_t> {
  static constexpr std::uint64_t each = 25;
};

TEST_P(Seeds, break_no_rule) {
  const Sum sum = run_seeds(GetParam(), GetParam() + each - 1);
  EXPECT_GT(sum.faults, 10 * sum.seeds);
  EXPECT_GT(sum.reconnects, 10 * sum.seeds);
}

INSTANTIATE_TEST_SUITE_P(From, Seeds, ::testing::Values(1, 26, 51, 76));

TEST(ASeed, gives_the_same_run_each_time) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Outcome first = run_seed(seed);
    std::ignore = run_seed(seed + 1);  // what the process has seen meanwhile must not matter
    const Outcome again = run_seed(seed);
    EXPECT_EQ(first.hash, again.hash) << "seed " << seed;
    EXPECT_EQ(first.lines, again.lines);
  }
}

// For `./dev sim`: one seed with all that happened, or FIRST-LAST.
TEST(DISABLED_Seeds, that_are_asked_for) {
  const char* const asked = std::getenv("ZENWS_SEEDS");
  ASSERT_NE(asked, nullptr);
  const std::string text = asked;
  const std::uint64_t first = std::stoull(text);
  const bool is_range = text.contains('-');
  if (!is_range) {
    const Outcome outcome = run_seed(first);
    for (const std::string& line : outcome.lines) std::cout << line << '\n';
    EXPECT_TRUE(outcome.broken.empty()) << described(outcome);
    return;
  }
  const auto begun = std::chrono::steady_clock::now();
  const Sum sum = run_seeds(first, std::stoull(text.substr(text.find('-') + 1)));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::cout << sum.seeds << " seeds, " << sum.events << " events, " << sum.faults << " faults, " << sum.handshakes
            << " handshakes, " << sum.reconnects << " reconnects; " << static_cast<double>(sum.seeds) / took.count()
            << " seeds a second\n";
}

}  // namespace
}  // namespace zenws::sim

// What a client's numbers are worth, how long a failure counts, and who of several is next.
#include "policy/health.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using test::t0;
using Index = std::optional<std::size_t>;

TEST(Score, is_a_hundred_for_a_client_without_worries) { EXPECT_EQ(score({.connected = true}), 100); }

TEST(Score, is_that_of_the_contracts_examples) {
  EXPECT_EQ(score({.connected = true, .failures = 1}), 85);
  EXPECT_EQ(score({.connected = true, .failures = 2}), 80);
  EXPECT_EQ(score({.connected = true, .failures = 1'000'000}), 80);
  EXPECT_EQ(score({.connected = true, .pending = 8, .p99 = 50ms}), 58);
}

TEST(Score, counts_each_worry_up_to_its_bound) {
  EXPECT_EQ(score({.connected = true, .pending = 3}), 70);
  EXPECT_EQ(score({.connected = true, .pending = 4}), 60);
  EXPECT_EQ(score({.connected = true, .pending = ~0ULL}), 60);
  EXPECT_EQ(score({.connected = true, .p99 = 24ms}), 100);
  EXPECT_EQ(score({.connected = true, .p99 = 25ms}), 99);
  EXPECT_EQ(score({.connected = true, .p99 = 750ms}), 70);
  EXPECT_EQ(score({.connected = true, .p99 = 1h}), 70);
  EXPECT_EQ(score({.connected = true, .pending = ~0ULL, .p99 = 1h, .failures = ~0ULL}), 10);
}

TEST(Score, is_zero_without_a_connection) { EXPECT_EQ(score({.connected = false, .p99 = 1ms}), 0); }

TEST(Failures, count_for_a_minute_each) {
  Failures failures;
  failures.failed(t0);
  failures.failed(t0 + 50s);
  EXPECT_EQ(failures.count(t0 + 59'999ms), 2U);
  EXPECT_EQ(failures.count(t0 + 60s), 1U);
  EXPECT_EQ(failures.count(t0 + 109'999ms), 1U);
  EXPECT_EQ(failures.count(t0 + 110s), 0U);
}

TEST(Failures, are_halved_by_each_success) {
  Failures failures;
  for (int i = 0; i < 5; ++i) failures.failed(t0);
  std::vector<std::uint64_t> counts;
  while (!failures.empty()) {
    failures.succeeded();
    counts.push_back(failures.count(t0));
  }
  EXPECT_EQ(counts, (std::vector<std::uint64_t>{2, 1, 0}));
}

TEST(Failures, that_a_success_leaves_are_the_newest) {
  Failures failures;
  failures.failed(t0);
  failures.failed(t0 + 30s);
  failures.succeeded();
  EXPECT_EQ(failures.count(t0 + 60s), 1U);
}

TEST(Failures, are_remembered_up_to_a_bound) {
  Failures failures;
  for (int i = 0; i < 100'000; ++i) failures.failed(t0);
  EXPECT_EQ(failures.count(t0), Failures::most);
}

Candidate up(int score) { return {.score = score, .connected = true}; }

TEST(Choice, is_the_highest_score) {
  EXPECT_EQ(choose(std::array{up(80), up(100), up(90)}, 0), Index{1});
  EXPECT_EQ(choose(std::array{up(80), up(100), up(90)}, 7), Index{1});
}

TEST(Choice, among_equals_goes_round) {
  const std::array candidates{up(100), up(85), up(100), up(100)};
  std::vector<Index> chosen;
  for (std::uint64_t turn = 0; turn < 6; ++turn) chosen.push_back(choose(candidates, turn));
  EXPECT_EQ(chosen, (std::vector<Index>{0, 2, 3, 0, 2, 3}));
}

TEST(Choice, is_never_one_without_a_connection) {
  EXPECT_EQ(choose(std::array{Candidate{.score = 100}, up(10)}, 0), Index{1});
  EXPECT_EQ(choose(std::array{Candidate{.score = 0}, Candidate{.score = 0}}, 0), std::nullopt);
  EXPECT_EQ(choose({}, 3), std::nullopt);
}

TEST(Choice, is_never_one_that_was_tried) {
  std::array candidates{up(100), up(90)};
  candidates[0].tried = true;
  EXPECT_EQ(choose(candidates, 0), Index{1});
  candidates[1].tried = true;
  EXPECT_EQ(choose(candidates, 0), std::nullopt);
}

}  // namespace
}  // namespace zenws::policy

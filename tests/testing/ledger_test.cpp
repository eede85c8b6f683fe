// What is kept, what is forgotten, who is woken.
#include "testing/ledger.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ReceivedMessage message(std::string payload) { return {1, false, std::move(payload)}; }

TEST(Ledger, forgets_the_oldest_beyond_its_limit) {
  Ledger ledger{2};
  for (const char* text : {"1", "2", "3"}) {
    ledger.add(message(text));
    ledger.add_pong(text);
    ledger.add_close({1000, text});
    ledger.add_upgrade({text, {}, {}});
  }
  EXPECT_EQ(ledger.count(), 3U);
  EXPECT_THAT(ledger.messages(), ElementsAre(message("2"), message("3")));
  EXPECT_THAT(ledger.pongs(), ElementsAre("2", "3"));
  EXPECT_THAT(ledger.closes(), ElementsAre(CloseReason{1000, "2"}, CloseReason{1000, "3"}));
  EXPECT_EQ(ledger.upgrades().size(), 2U);
}

TEST(Ledger, of_limit_zero_only_counts) {
  Ledger ledger{0};
  ledger.add(message("1"));
  EXPECT_EQ(ledger.count(), 1U);
  EXPECT_THAT(ledger.messages(), IsEmpty());
}

TEST(Ledger, forgets_by_bytes_too) {
  Ledger ledger{1000};
  const std::string large(std::size_t{64} << 20U, 'x');
  for (int i = 0; i < 5; ++i) ledger.add(message(large));
  EXPECT_EQ(ledger.messages().size(), Ledger::max_kept_bytes / large.size());
  EXPECT_EQ(ledger.count(), 5U);
}

TEST(Ledger, gives_what_came_since_a_number) {
  Ledger ledger{2};
  for (const char* text : {"1", "2", "3"}) ledger.add(message(text));
  const auto all = ledger.since(0, Clock::now());
  EXPECT_EQ(all.next, 3U);
  EXPECT_THAT(all.messages, ElementsAre(message("2"), message("3")));
  EXPECT_THAT(ledger.since(2, Clock::now()).messages, ElementsAre(message("3")));
  EXPECT_THAT(ledger.since(3, Clock::now()).messages, IsEmpty());
}

TEST(Ledger, gives_large_numbers_in_slices_without_a_gap) {
  Ledger ledger{100'000};
  for (int i = 0; i < 10'000; ++i) ledger.add(message(std::to_string(i)));
  std::vector<ReceivedMessage> seen;
  for (std::uint64_t next = 0; next < 10'000;) {
    auto slice = ledger.since(next, Clock::now());
    ASSERT_GT(slice.next, next);
    next = slice.next;
    seen.insert(seen.end(), slice.messages.begin(), slice.messages.end());
  }
  EXPECT_EQ(seen, ledger.messages());
}

TEST(Ledger, wakes_who_waits) {
  Ledger ledger{10};
  const std::jthread writer{[&] { ledger.add(message("now")); }};
  EXPECT_THAT(ledger.since(0, Clock::now() + std::chrono::hours{1}).messages, ElementsAre(message("now")));
}

TEST(Ledger, gives_the_newest) {
  Ledger ledger{10};
  EXPECT_THAT(ledger.last(5), IsEmpty());
  for (const char* text : {"1", "2", "3"}) ledger.add(message(text));
  EXPECT_THAT(ledger.last(2), ElementsAre(message("2"), message("3")));
  EXPECT_EQ(ledger.last(5).size(), 3U);
}

}  // namespace
}  // namespace zenws::testing

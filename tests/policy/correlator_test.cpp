// Which waiting call an answer ends, and that each ends exactly once.
#include "policy/correlator.hpp"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using test::t0;

// Calls are named by what they would be told.
using Table = Correlator<std::string>;

std::optional<std::uint64_t> track(Table& table, const RequestId& id, std::string name, TimePoint deadline = t0 + 30s) {
  return table.track(id, t0, deadline, name);
}

std::string name_of(std::optional<Table::Pending> pending) { return pending ? pending->completion : "none"; }

std::vector<std::string> names_of(std::vector<Table::Pending> pending) {
  std::vector<std::string> names;
  for (const Table::Pending& call : pending) names.push_back(call.completion);
  return names;
}

TEST(Correlator, gives_each_answer_its_call_in_any_order) {
  Table table;
  ASSERT_TRUE(track(table, 1, "one"));
  ASSERT_TRUE(track(table, 2, "two"));
  ASSERT_TRUE(track(table, "1", "text one"));
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(name_of(table.resolve(2)), "two");
  EXPECT_EQ(name_of(table.resolve(std::string_view{"1"})), "text one");
  EXPECT_EQ(name_of(table.resolve(1)), "one");
  EXPECT_EQ(name_of(table.resolve(1)), "none") << "an answer twice";
  EXPECT_EQ(table.size(), 0U);
}

TEST(Correlator, refuses_an_id_that_is_pending_and_leaves_the_call_alone) {
  Table table;
  ASSERT_TRUE(track(table, 1, "first"));
  std::string second = "second";
  EXPECT_FALSE(table.track(RequestId{1}, t0, t0 + 1s, second));
  EXPECT_EQ(second, "second");
  EXPECT_EQ(name_of(table.resolve(1)), "first");
  EXPECT_TRUE(track(table, 1, "again"));
}

TEST(Correlator, expires_the_earliest_first_and_no_other) {
  Table table;
  (void)track(table, 1, "late", t0 + 3s);
  (void)track(table, 2, "early", t0 + 1s);
  (void)track(table, 3, "middle", t0 + 2s);
  EXPECT_EQ(table.deadline(), t0 + 1s);
  EXPECT_TRUE(table.expire(t0 + 999ms).empty());
  EXPECT_EQ(names_of(table.expire(t0 + 2s)), (std::vector<std::string>{"early", "middle"}));
  EXPECT_EQ(table.deadline(), t0 + 3s);
  EXPECT_EQ(names_of(table.drain()), (std::vector<std::string>{"late"}));
  EXPECT_EQ(table.deadline(), never);
}

TEST(Correlator, forgets_a_call_only_by_its_own_ticket) {
  Table table;
  const auto first = track(table, 1, "first");
  EXPECT_EQ(name_of(table.resolve(1)), "first");
  const auto second = track(table, 1, "second");
  EXPECT_EQ(name_of(table.forget(1, *first)), "none");
  EXPECT_EQ(name_of(table.forget(1, *second)), "second");
}

TEST(Correlator, drains_calls_without_end) {
  Table table;
  (void)track(table, 1, "for ever", never);
  EXPECT_EQ(names_of(table.drain()), (std::vector<std::string>{"for ever"}));
}

TEST(Correlator, tells_and_drains_the_calls_of_a_connection) {
  Table table;
  for (const std::uint64_t epoch : {1U, 2U, 3U}) {
    std::string name = "of " + std::to_string(epoch);
    ASSERT_TRUE(table.track(static_cast<std::int64_t>(epoch), t0, t0 + 30s, name, epoch));
  }
  EXPECT_FALSE(table.has_of(0));
  EXPECT_TRUE(table.has_of(1)) << "one of its own or of an older one";
  EXPECT_EQ(names_of(table.drain_of(3, 3)), (std::vector<std::string>{"of 3"}));
  EXPECT_EQ(names_of(table.drain_of(0, 2)), (std::vector<std::string>{"of 1", "of 2"}));
  EXPECT_FALSE(table.has_of(3));
  EXPECT_EQ(table.size(), 0U);
}

TEST(Correlator, ends_each_of_ten_thousand_random_calls_exactly_once) {
  std::mt19937 random{42};
  Table table;
  std::map<std::string, int> ends;
  const auto end = [&](const std::string& name) { ++ends[name]; };
  int tracked = 0;
  for (int i = 0; i < 10'000; ++i) {
    const TimePoint now = t0 + std::chrono::milliseconds{i};
    const auto id = static_cast<std::int64_t>(random() % 50);
    const auto choice = random() % 10;
    if (choice < 5) {
      std::string name = std::to_string(i);
      if (table.track(id, now, now + std::chrono::milliseconds{random() % 40}, name)) ++tracked;
    } else if (choice < 8) {
      if (const auto pending = table.resolve(id)) end(pending->completion);
    } else if (choice == 8) {
      for (const auto& pending : table.expire(now)) end(pending.completion);
    } else if (random() % 50 == 0) {
      for (const auto& pending : table.drain()) end(pending.completion);
    }
  }
  for (const auto& pending : table.drain()) end(pending.completion);
  EXPECT_EQ(static_cast<int>(ends.size()), tracked);
  for (const auto& [name, times] : ends) EXPECT_EQ(times, 1) << name;
}

}  // namespace
}  // namespace zenws::policy

// What is asked of the server for the channels that are desired, and what its answers make of them.
#include "policy/subscriptions.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using test::t0;
using Names = std::vector<std::string>;
using Kind = SubscriptionEvent::Kind;

constexpr SubscriptionSettings usual{.batch_size = 3, .answer_timeout = 30s, .retry_delay = 1s, .max_backoff = 30s};

std::string joined(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += " " + name;
  return text;
}

// Subscriptions with what they want sent and told as lines.
class Talk {
 public:
  explicit Talk(SubscriptionSettings settings = usual) : subscriptions{settings} {}

  // All that is sent at `now`: "1+ A B" asks by request 1 for A and B, "2- A" unsubscribes.
  Names sent(TimePoint now = t0) {
    Names lines;
    while (subscriptions.has_batch(now)) {
      const auto batch = subscriptions.take_batch(now, ++id_);
      lines.push_back(std::to_string(batch.id) + (batch.subscribe ? "+" : "-") + joined(batch.channels));
    }
    return lines;
  }
  Names told() {
    Names lines;
    for (const SubscriptionEvent& event : subscriptions.take_events()) {
      lines.push_back(std::string{name_of(event.kind)} + joined(event.channels) +
                      (event.reason.empty() ? "" : ": " + event.reason));
    }
    return lines;
  }
  void desire(const Names& names) { subscriptions.desire(names); }
  void drop(const Names& names) { subscriptions.drop(names); }
  void answer(std::int64_t id, const Names& confirmed, std::string_view reason = {}, TimePoint now = t0) {
    subscriptions.answered(id, confirmed, reason, now);
  }

  Subscriptions subscriptions;

 private:
  static std::string_view name_of(Kind kind) {
    switch (kind) {
      case Kind::confirmed:
        return "confirmed";
      case Kind::rejected:
        return "rejected";
      case Kind::unanswered:
        return "unanswered";
      case Kind::dropped:
        return "dropped";
      case Kind::degraded:
        return "degraded";
      case Kind::restored:
        return "restored";
      case Kind::dead:
        return "dead";
    }
    return "?";
  }
  std::int64_t id_ = 0;
};

TEST(Subscriptions, are_wanted_at_once_and_confirmed_by_the_answer_only) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"B", "A"});
  EXPECT_EQ(talk.subscriptions.desired_size(), 2U);
  EXPECT_EQ(talk.sent(), (Names{"1+ B A"}));
  talk.subscriptions.heard("A", t0);  // data is no confirmation
  EXPECT_EQ(talk.subscriptions.confirmed_size(), 0U);
  EXPECT_EQ(talk.told(), Names{});
  talk.answer(1, {"A", "B"});
  EXPECT_EQ(talk.told(), (Names{"confirmed B A"}));
  EXPECT_EQ(talk.subscriptions.confirmed_size(), 2U);
  EXPECT_EQ(talk.sent(t0 + 1h), Names{});
}

TEST(Subscriptions, go_out_in_batches_with_a_pause_between) {
  SubscriptionSettings settings = usual;
  settings.batch_delay = 200ms;
  Talk talk{settings};
  talk.subscriptions.opened(t0, false);
  talk.desire({"A", "B", "C", "D", "E", "F", "G"});
  EXPECT_EQ(talk.sent(), (Names{"1+ A B C"}));
  EXPECT_EQ(talk.subscriptions.deadline(), t0 + 200ms);
  EXPECT_EQ(talk.sent(t0 + 199ms), Names{});
  EXPECT_EQ(talk.sent(t0 + 200ms), (Names{"2+ D E F"}));
  EXPECT_EQ(talk.sent(t0 + 400ms), (Names{"3+ G"}));
}

TEST(Subscriptions, ask_eight_batches_at_a_time) {
  SubscriptionSettings settings = usual;
  settings.batch_size = 1;
  Talk talk{settings};
  talk.subscriptions.opened(t0, false);
  for (char name = 'A'; name <= 'J'; ++name) talk.desire({std::string(1, name)});
  EXPECT_EQ(talk.sent().size(), 8U);
  talk.answer(3, {"C"});
  EXPECT_EQ(talk.sent(), (Names{"9+ I"}));
}

TEST(Subscriptions, that_are_refused_are_left_out_at_once_when_new) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A", "nonsense"});
  EXPECT_EQ(talk.sent(), (Names{"1+ A nonsense"}));
  talk.answer(1, {"A"}, "11050: bad channel");
  EXPECT_EQ(talk.told(), (Names{"confirmed A", "rejected nonsense: 11050: bad channel"}));
  EXPECT_FALSE(talk.subscriptions.is_desired("nonsense"));
}

TEST(Subscriptions, are_all_asked_for_again_on_the_next_connection_in_their_order) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"C", "A", "B"});
  (void)talk.sent();
  talk.answer(1, {"A", "B", "C"});
  talk.subscriptions.lost();
  EXPECT_EQ(talk.subscriptions.confirmed_size(), 0U);
  EXPECT_EQ(talk.sent(), Names{}) << "nothing goes out while there is no connection";
  EXPECT_EQ(talk.subscriptions.asked(1), nullptr);
  (void)talk.told();
  talk.subscriptions.opened(t0 + 1s, true);
  EXPECT_EQ(talk.told(), (Names{"degraded C A B"}));
  EXPECT_EQ(talk.sent(t0 + 1s), (Names{"2+ C A B"}));
  talk.answer(1, {"A", "B", "C"});
  EXPECT_EQ(talk.told(), Names{}) << "an answer of the old connection";
  talk.answer(2, {"A", "B", "C"}, {}, t0 + 1s);
  EXPECT_EQ(talk.told(), (Names{"confirmed C A B", "restored C A B"}));
}

TEST(Subscriptions, that_were_confirmed_once_are_retried_three_times_with_backoff) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A"});
  (void)talk.sent();
  talk.answer(1, {"A"});
  talk.subscriptions.lost();
  talk.subscriptions.opened(t0, true);
  (void)talk.told();
  TimePoint now = t0;
  std::int64_t id = 2;
  for (const auto wait : {1s, 2s, 4s}) {
    EXPECT_EQ(talk.sent(now), (Names{std::to_string(id) + "+ A"}));
    talk.answer(id++, {}, "busy", now);
    EXPECT_EQ(talk.told(), Names{});
    EXPECT_EQ(talk.subscriptions.deadline(), now + wait);
    now += wait;
    talk.subscriptions.tick(now);
  }
  EXPECT_EQ(talk.sent(now), (Names{"5+ A"}));
  talk.answer(5, {}, "busy", now);
  EXPECT_EQ(talk.told(), (Names{"rejected A: busy", "restored"}));
  EXPECT_EQ(talk.subscriptions.desired_size(), 0U);
}

TEST(Subscriptions, without_answer_are_asked_for_four_times_and_stay_wanted) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A"});
  TimePoint now = t0;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(talk.sent(now).size(), 1U);
    EXPECT_EQ(talk.subscriptions.deadline(), now + 30s);
    talk.subscriptions.tick(now += 30s);
    EXPECT_EQ(talk.told(), (Names{"unanswered A"}));
    if (i < 3) talk.subscriptions.tick(now = talk.subscriptions.deadline());
  }
  EXPECT_EQ(talk.subscriptions.deadline(), never);
  EXPECT_TRUE(talk.subscriptions.is_desired("A"));
  talk.desire({"A"});
  EXPECT_EQ(talk.sent(now), (Names{"5+ A"})) << "somebody asks anew";
  talk.subscriptions.lost();
  talk.subscriptions.opened(now, true);
  EXPECT_EQ(talk.told(), (Names{"degraded A"}));
  EXPECT_EQ(talk.sent(now), (Names{"6+ A"}));
  talk.answer(6, {"A"}, {}, now);
  EXPECT_EQ(talk.told(), (Names{"confirmed A", "restored A"}));
}

TEST(Subscriptions, without_answer_are_assumed_once_their_data_come) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A", "B"});
  EXPECT_EQ(talk.sent(), (Names{"1+ A B"}));
  talk.subscriptions.heard("A", t0);
  talk.subscriptions.tick(t0 + 30s);
  EXPECT_EQ(talk.told(), (Names{"unanswered A B"}));
  EXPECT_EQ(talk.subscriptions.confirmed_size(), 0U) << "an answer confirms, data do not";
  EXPECT_EQ(talk.subscriptions.settled_size(), 1U);
  EXPECT_EQ(talk.sent(t0 + 31s), Names{});
  talk.subscriptions.tick(t0 + 31s);
  EXPECT_EQ(talk.sent(t0 + 31s), (Names{"2+ B"})) << "of which there are no data";
  talk.subscriptions.tick(t0 + 61s);
  talk.subscriptions.heard("B", t0 + 61s);
  talk.subscriptions.tick(t0 + 1h);
  EXPECT_EQ(talk.sent(t0 + 1h), Names{});
  EXPECT_EQ(talk.subscriptions.settled_size(), 2U);
  EXPECT_EQ(talk.told(), (Names{"unanswered B"}));
}

TEST(Subscriptions, that_were_assumed_are_restored_by_their_data) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A"});
  (void)talk.sent();
  talk.subscriptions.heard("A", t0);
  talk.subscriptions.tick(t0 + 30s);
  talk.subscriptions.lost();
  talk.subscriptions.opened(t0 + 40s, true);
  EXPECT_EQ(talk.sent(t0 + 40s), (Names{"2+ A"}));
  (void)talk.told();
  talk.subscriptions.heard("A", t0 + 41s);
  EXPECT_EQ(talk.told(), (Names{"restored A"}));
  EXPECT_EQ(talk.subscriptions.in_flight(), 0U);
  talk.answer(2, {"A"}, {}, t0 + 42s);  // it has learnt to answer
  EXPECT_EQ(talk.told(), (Names{"confirmed A"}));
}

TEST(Subscriptions, that_were_assumed_are_refused_like_those_that_were_confirmed) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A"});
  (void)talk.sent();
  talk.subscriptions.heard("A", t0);
  talk.subscriptions.tick(t0 + 30s);
  talk.subscriptions.reject("A", "busy", t0 + 31s);
  EXPECT_TRUE(talk.subscriptions.is_desired("A"));
  talk.subscriptions.tick(t0 + 32s);
  EXPECT_EQ(talk.sent(t0 + 32s), (Names{"2+ A"}));
  EXPECT_EQ(talk.told(), (Names{"unanswered A"}));
}

TEST(Subscriptions, know_which_request_has_waited_longest) {
  SubscriptionSettings settings = usual;
  settings.batch_size = 1;
  Talk talk{settings};
  talk.subscriptions.opened(t0, false);
  EXPECT_FALSE(talk.subscriptions.oldest());
  talk.desire({"A", "B"});
  (void)talk.sent();
  ASSERT_TRUE(talk.subscriptions.oldest());
  EXPECT_EQ(talk.subscriptions.oldest()->id, 1);
  EXPECT_EQ(talk.subscriptions.oldest()->sent, t0);
  talk.answer(1, {"A"});
  EXPECT_EQ(talk.subscriptions.oldest()->id, 2);
}

TEST(Subscriptions, dropped_stay_dropped_whatever_was_on_its_way) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A"});
  EXPECT_EQ(talk.sent(), (Names{"1+ A"}));
  talk.drop({"A"});
  EXPECT_EQ(talk.sent(), (Names{"2- A"}));
  talk.answer(1, {"A"});
  EXPECT_EQ(talk.told(), (Names{"dropped A"}));
  EXPECT_FALSE(talk.subscriptions.is_desired("A"));
  talk.subscriptions.lost();
  talk.subscriptions.opened(t0, true);
  EXPECT_EQ(talk.sent(), Names{});
}

TEST(Subscriptions, dropped_and_wanted_again_are_confirmed_by_the_second_answer) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A"});
  EXPECT_EQ(talk.sent(), (Names{"1+ A"}));
  talk.drop({"A"});
  talk.desire({"A"});
  EXPECT_EQ(talk.sent(), (Names{"2+ A"}));
  (void)talk.told();
  talk.answer(1, {"A"});
  EXPECT_EQ(talk.told(), Names{});
  talk.answer(2, {"A"});
  EXPECT_EQ(talk.told(), (Names{"confirmed A"}));
}

TEST(Subscriptions, wanted_while_away_are_asked_for_at_the_next_opening) {
  Talk talk;
  talk.desire({"A"});
  EXPECT_EQ(talk.sent(), Names{});
  talk.subscriptions.opened(t0, true);
  EXPECT_EQ(talk.sent(), (Names{"1+ A"}));
}

TEST(Subscriptions, confirmed_already_say_so_to_who_wants_them_again) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A"});
  (void)talk.sent();
  talk.answer(1, {"A"});
  (void)talk.told();
  talk.desire({"A"});
  EXPECT_EQ(talk.told(), (Names{"confirmed A"}));
  EXPECT_EQ(talk.sent(), Names{});
}

TEST(Subscriptions, that_did_not_fit_are_sent_later_in_the_same_order) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A", "B", "C", "D"});
  ASSERT_TRUE(talk.subscriptions.has_batch(t0));
  (void)talk.subscriptions.take_batch(t0, 100);
  talk.subscriptions.unsent(100, t0);
  EXPECT_EQ(talk.sent(), Names{});
  EXPECT_EQ(talk.subscriptions.deadline(), t0 + 100ms);
  EXPECT_EQ(talk.sent(t0 + 100ms), (Names{"1+ A B C", "2+ D"}));
}

TEST(Subscriptions, are_confirmed_one_by_one_where_the_venue_says_so) {
  Talk talk;
  talk.subscriptions.opened(t0, false);
  talk.desire({"A", "B"});
  (void)talk.sent();
  talk.subscriptions.confirm("A", t0);
  talk.subscriptions.confirm("C", t0);
  talk.subscriptions.reject("B", "no", t0);
  EXPECT_EQ(talk.told(), (Names{"confirmed A", "rejected B: no"}));
  for (int i = 0; i < 20; ++i) {  // batches that nobody answers as a whole do not stop the next
    const std::string name = std::to_string(i);
    talk.desire({name});
    ASSERT_EQ(talk.sent().size(), 1U) << i;
    talk.subscriptions.confirm(name, t0);
  }
}

TEST(SubscriptionsWatchdog, subscribes_a_silent_channel_again_and_then_wants_a_new_connection) {
  SubscriptionSettings settings = usual;
  settings.silence_timeout = 8s;
  Talk talk{settings};
  talk.subscriptions.opened(t0, false);
  talk.desire({"A", "B"});
  (void)talk.sent();
  talk.answer(1, {"A", "B"});
  (void)talk.told();
  talk.subscriptions.heard("B", t0 + 7s);
  talk.subscriptions.tick(t0 + 8s);
  EXPECT_EQ(talk.told(), (Names{"degraded A"}));
  EXPECT_EQ(talk.sent(t0 + 8s), (Names{"2- A", "3+ A"}));
  talk.answer(3, {"A"}, {}, t0 + 9s);
  EXPECT_EQ(talk.told(), (Names{"confirmed A", "restored A"}));
  talk.subscriptions.heard("B", t0 + 16s);
  talk.subscriptions.tick(t0 + 16s);
  EXPECT_EQ(talk.told(), Names{});
  talk.subscriptions.tick(t0 + 18s);
  EXPECT_EQ(talk.told(), (Names{"dead A"}));
}

TEST(SubscriptionsWatchdog, forgives_a_channel_that_speaks_again) {
  SubscriptionSettings settings = usual;
  settings.silence_timeout = 8s;
  Talk talk{settings};
  talk.subscriptions.opened(t0, false);
  talk.desire({"A"});
  (void)talk.sent();
  talk.answer(1, {"A"});
  talk.subscriptions.tick(t0 + 8s);
  (void)talk.sent(t0 + 8s);
  talk.answer(3, {"A"}, {}, t0 + 8s);
  talk.subscriptions.heard("A", t0 + 9s);
  (void)talk.told();
  talk.subscriptions.tick(t0 + 17s);
  EXPECT_EQ(talk.told(), (Names{"degraded A"})) << "subscribed again, not dead";
}

TEST(SubscriptionsWatchdog, watches_a_channel_that_nobody_answered_too) {
  SubscriptionSettings settings = usual;
  settings.silence_timeout = 8s;
  settings.answer_timeout = 1s;
  Talk talk{settings};
  talk.subscriptions.opened(t0, false);
  talk.desire({"A"});
  (void)talk.sent();
  talk.subscriptions.heard("A", t0);
  talk.subscriptions.tick(t0 + 1s);
  (void)talk.told();
  talk.subscriptions.tick(t0 + 9s);
  EXPECT_EQ(talk.told(), (Names{"degraded A"}));
  EXPECT_EQ(talk.sent(t0 + 9s), (Names{"2- A", "3+ A"}));
  talk.subscriptions.tick(t0 + 10s);
  talk.subscriptions.tick(t0 + 11s);
  EXPECT_EQ(talk.told(), (Names{"unanswered A", "dead A"}));
}

}  // namespace
}  // namespace zenws::policy

// Ten thousand random lives against a server that keeps its own book: what holds always, and what holds in the end.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/subscriptions.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;

// A server's side of all connections: what each subscribed it to, and which answers are on their way.
class Life {
 public:
  explicit Life(unsigned seed) : random_{seed}, rests_on_a_new_connection_{seed % 2 == 0} {}

  void run() {
    for (int step = 0; step < 60; ++step) {
      act();
      send();
      check_always();
      if (::testing::Test::HasFailure()) return;
    }
    come_to_rest();
    EXPECT_EQ(subscriptions_.confirmed_size(), subscriptions_.desired_size());
    for (const std::string& name : names_) {
      if (rejected_.contains(name)) continue;  // the user was told, whatever the server made of it
      EXPECT_EQ(subscriptions_.is_desired(name), requests_.contains(name)) << name;
      EXPECT_EQ(subscriptions_.is_desired(name), server_.contains(name)) << name << ": the server and we disagree";
    }
  }

 private:
  struct Answer {
    int epoch;
    std::int64_t id;
    std::vector<std::string> confirmed;
  };

  unsigned draw(unsigned below) { return static_cast<unsigned>(random_() % below); }

  void act() {
    const std::vector<std::string> some{names_[draw(8)], names_[draw(8)]};
    switch (draw(8)) {
      case 0:
      case 1:
        subscriptions_.desire(some);
        for (const std::string& name : some) requests_.insert(name), rejected_.erase(name);
        break;
      case 2:
        subscriptions_.drop(some);
        for (const std::string& name : some) requests_.erase(name);
        break;
      case 3:
        draw(2) == 0 ? open() : lose();
        break;
      case 4:
        pass(std::chrono::milliseconds{draw(40'000)});
        break;
      default:
        answer_one();
    }
    for (const SubscriptionEvent& event : subscriptions_.take_events()) note(event);
  }

  void note(const SubscriptionEvent& event) {
    using Kind = SubscriptionEvent::Kind;
    if (event.kind == Kind::rejected) {
      rejected_.insert(event.channels.begin(), event.channels.end());
    }
    if (event.kind == Kind::confirmed) {
      for (const std::string& name : event.channels) {
        EXPECT_TRUE(open_) << "confirmed without a connection";
        EXPECT_EQ(said_yes_[name], asked_last_[name])
            << name << ": confirmed by an answer that is not about it any more";
      }
    }
  }

  void open() {
    if (open_) return;
    open_ = true;
    ++epoch_;
    server_.clear();
    asked_last_.clear();
    said_yes_.clear();
    subscriptions_.opened(now_, epoch_ > 1);
  }

  void lose() {
    if (!open_) return;
    open_ = false;
    subscriptions_.lost();  // answers that are on their way may still come: of the old connection
  }

  void pass(Clock::duration time) {
    now_ += time;
    subscriptions_.tick(now_);
  }

  void send() {
    while (subscriptions_.has_batch(now_)) {
      const auto batch = subscriptions_.take_batch(now_, ++id_);
      EXPECT_TRUE(open_) << "something is sent without a connection";
      if (draw(6) == 0) {
        subscriptions_.unsent(batch.id, now_);
        return;
      }
      Answer answer{epoch_, batch.id, {}};
      for (const std::string& name : batch.channels) {
        asked_last_[name] = batch.id;
        if (!batch.subscribe) {
          server_.erase(name);
        } else if (resting_ || draw(5) != 0) {
          server_.insert(name);
          answer.confirmed.push_back(name);
        }
      }
      if (resting_ || draw(10) != 0) answers_.push_back(answer);  // else lost on the way
    }
  }

  void answer_one() {
    if (answers_.empty()) return;
    const auto which = answers_.begin() + draw(static_cast<unsigned>(answers_.size()));
    const Answer answer = *which;
    answers_.erase(which);
    if (answer.epoch == epoch_ && open_) {
      for (const std::string& name : answer.confirmed) said_yes_[name] = std::max(said_yes_[name], answer.id);
    }
    subscriptions_.answered(answer.id, answer.confirmed, "refused", now_);
  }

  void check_always() {
    EXPECT_LE(subscriptions_.confirmed_size(), subscriptions_.desired_size());
    std::size_t confirmed = 0;
    for (const std::string& name : names_) {
      if (!subscriptions_.is_confirmed(name)) continue;
      ++confirmed;
      EXPECT_TRUE(subscriptions_.is_desired(name));
      EXPECT_TRUE(open_);
    }
    EXPECT_EQ(confirmed, subscriptions_.confirmed_size());
  }

  // A server in a good mood, on this connection or a new one, and time enough for everything.
  void come_to_rest() {
    resting_ = true;
    if (rests_on_a_new_connection_) lose();
    open();
    for (const std::string& name : names_) {  // asked anew: what nobody ever answered is asked for no more by itself
      if (subscriptions_.is_desired(name)) subscriptions_.desire({&name, 1});
    }
    for (int i = 0; i < 200; ++i) {
      send();
      while (!answers_.empty()) answer_one();
      for (const SubscriptionEvent& event : subscriptions_.take_events()) note(event);
      check_always();
      pass(31s);
    }
  }

  const std::vector<std::string> names_{"A", "B", "C", "D", "E", "F", "G", "H"};
  std::mt19937 random_;
  Subscriptions subscriptions_{{.batch_size = 3, .answer_timeout = 30s}};
  std::set<std::string> requests_;                  // the user's
  std::set<std::string> rejected_;                  // told so
  std::set<std::string> server_;                    // what this connection subscribed it to
  std::map<std::string, std::int64_t> asked_last_;  // by which request of this connection
  std::map<std::string, std::int64_t> said_yes_;    // in the answer to which, at the latest
  std::vector<Answer> answers_;
  TimePoint now_{};
  std::int64_t id_ = 0;
  int epoch_ = 0;
  const bool rests_on_a_new_connection_;
  bool open_ = false;
  bool resting_ = false;
};

TEST(SubscriptionsProperty, server_and_client_agree_in_the_end_whatever_happened) {
  for (unsigned seed = 0; seed < 10'000; ++seed) {
    Life{seed}.run();
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace zenws::policy

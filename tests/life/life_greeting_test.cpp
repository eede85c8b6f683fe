// A login comes before anything else.
#include <chrono>

#include <gtest/gtest.h>

#include "life/life_settings.hpp"

namespace zenws::test {
namespace {

using namespace std::chrono_literals;

TEST(LifeGreeting, comes_before_the_connection_counts) {
  LifeScript{greeting()}
      .connects_to_greet()
      .is(State::connecting)
      .greeted()
      .does({"Connected 1", "join", "started", "subscribe"})
      .is(State::connected);
}

TEST(LifeGreeting, that_is_refused_closes_the_connection_which_nobody_was_told_of) {
  LifeScript{greeting()}
      .connects_to_greet()
      .greeted(errc::protocol_error)
      .does({"close 1000: refused", "end calls: the connection ended"})
      .ended()
      .does({"end calls: the connection ended", "give up: refused", "stop: refused"});
}

TEST(LifeGreeting, that_takes_too_long_counts_as_refused) {
  LifeScript{greeting()}
      .connects_to_greet()
      .at(20s)
      .does({"close 1000: authenticate took longer than request_timeout", "end calls: the connection ended"})
      .greeted();  // too late
}

TEST(LifeGreeting, that_nobody_will_answer_says_so) {
  LifeScript{greeting()}
      .connects_to_greet()
      .greeted(errc::closed)
      .does({"close 1000: authenticate gave no answer", "end calls: the connection ended"});
}

TEST(LifeGreeting, ends_with_its_connection) {
  LifeScript{greeting()}
      .connects_to_greet()
      .loses("reset")
      .does({"end calls: the connection ended", "Reconnecting 1 in 1000 ms: reset"})
      .at(1s)
      .does({"dial 1"})
      .dialled()
      .does({"greet 2"})
      .greeted()
      .does({"Connected 2", "join", "started", "subscribe again"});
}

}  // namespace
}  // namespace zenws::test

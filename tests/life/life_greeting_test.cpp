// A login comes before anything else.
#include <chrono>

#include <gtest/gtest.h>

#include "life/life_settings.hpp"

namespace zenws::test {
namespace {

using namespace std::chrono_literals;

client::Life::Settings greeting() {
  auto settings = life_settings();
  settings.greets = true;
  return settings;
}

TEST(LifeGreeting, comes_before_the_connection_counts) {
  LifeScript{greeting()}
      .starts()
      .does({"dial 0"})
      .dialled()
      .does({"greet 1"})
      .is(State::connecting)
      .greeted()
      .does({"Connected 1", "join", "started", "subscribe"})
      .is(State::connected);
}

TEST(LifeGreeting, that_is_refused_closes_the_connection_which_nobody_was_told_of) {
  LifeScript{greeting()}
      .starts()
      .does({"dial 0"})
      .dialled()
      .does({"greet 1"})
      .greeted(errc::protocol_error)
      .does({"close 1000: refused", "end calls: the connection ended"})
      .ended()
      .does({"end calls: the connection ended", "give up: refused", "stop: refused"});
}

TEST(LifeGreeting, that_takes_too_long_counts_as_refused) {
  LifeScript{greeting()}
      .starts()
      .does({"dial 0"})
      .dialled()
      .does({"greet 1"})
      .at(20s)
      .does({"close 1000: authenticate took longer than request_timeout", "end calls: the connection ended"})
      .greeted();  // too late
}

TEST(LifeGreeting, that_nobody_will_answer_says_so) {
  LifeScript{greeting()}
      .starts()
      .does({"dial 0"})
      .dialled()
      .does({"greet 1"})
      .greeted(errc::closed)
      .does({"close 1000: authenticate gave no answer", "end calls: the connection ended"});
}

TEST(LifeGreeting, ends_with_its_connection) {
  LifeScript{greeting()}
      .starts()
      .does({"dial 0"})
      .dialled()
      .does({"greet 1"})
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

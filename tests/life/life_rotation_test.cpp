// A connection is replaced by another, and nobody notices.
#include <chrono>

#include <gtest/gtest.h>

#include "life/life_settings.hpp"

namespace zenws::test {
namespace {

using namespace std::chrono_literals;

TEST(LifeRotation, prepares_a_successor_that_takes_over_and_lets_the_old_one_retire) {
  LifeScript{life_settings()}
      .connects()
      .rotates()
      .does({"dial successor 0"})
      .rotates()  // it is under way
      .successor_dialled()
      .does({"prepare"})
      .ready()
      .does({"take over"})
      .is(State::connected)
      .other_is_idle()
      .does({"retire"})
      .other_is_idle()
      .ended()
      .does({"retired gone", "finish rotation", "Rotated"})
      .at(10s)
      .does({"forget handover"});
}

TEST(LifeRotation, greets_the_successor_first) {
  LifeScript{greeting()}
      .connects_to_greet()
      .greeted()
      .does({"Connected 1", "join", "started", "subscribe"})
      .rotates()
      .does({"dial successor 0"})
      .successor_dialled()
      .does({"greet 2"})
      .greeted()
      .does({"prepare"})
      .ready()
      .does({"take over"});
  LifeScript{greeting()}
      .connects_to_greet()
      .greeted()
      .does({"Connected 1", "join", "started", "subscribe"})
      .rotates()
      .does({"dial successor 0"})
      .successor_dialled()
      .does({"greet 2"})
      .greeted(errc::unauthorized)
      .does({"close other 1000: refused"})
      .ended()
      .does({"successor 2 gone", "rotation failed 1 times, again in 1000 ms: refused"})
      .at(1s)
      .does({"dial successor 1"});
}

TEST(LifeRotation, waits_for_answers_on_the_old_connection_only_so_long) {
  LifeScript{life_settings()}.connects().is_taken_over().at(20s).does({"retire"});
}

TEST(LifeRotation, tries_again_with_backoff_while_the_present_connection_serves) {
  LifeScript{life_settings()}
      .connects()
      .rotates()
      .does({"dial successor 0"})
      .successor_dial_fails("refused")
      .does({"rotation failed 1 times, again in 1000 ms: refused"})
      .is(State::connected)
      .at(1s)
      .does({"dial successor 1"})
      .successor_dialled()
      .does({"prepare"})
      .other_loses("reset")
      .does({"successor 2 gone", "rotation failed 2 times, again in 2000 ms: reset"})
      .at(3s)
      .does({"dial successor 2"})
      .successor_dialled()
      .does({"prepare"})
      .refused()
      .does({"close other 1000: the new connection was refused a channel"})
      .ended()
      .does(
          {"successor 3 gone", "rotation failed 3 times, again in 4000 ms: the new connection was refused a channel"});
}

TEST(LifeRotation, never_gives_the_clients_place_to_a_successor_that_is_leaving) {
  LifeScript{greeting()}
      .connects_to_greet()
      .greeted()
      .does({"Connected 1", "join", "started", "subscribe"})
      .rotates()
      .does({"dial successor 0"})
      .successor_dialled()
      .does({"greet 2"})
      .peer_closes_other("going away")
      .greeted()
      .ended()
      .does({"successor 2 gone", "rotation failed 1 times, again in 1000 ms: going away"});
  LifeScript{life_settings()}
      .connects()
      .prepares_a_successor()
      .refused()
      .does({"close other 1000: the new connection was refused a channel"})
      .ready()  // the user wants that channel no more
      .ended()
      .does(
          {"successor 2 gone", "rotation failed 1 times, again in 1000 ms: the new connection was refused a channel"});
}

TEST(LifeRotation, by_age_waits_until_the_last_one_is_over) {
  auto settings = life_settings();
  settings.max_age = 5s;
  LifeScript{settings}
      .connects()
      .at(5s)
      .does({"dial successor 0"})
      .successor_dialled()
      .does({"prepare"})
      .ready()
      .does({"take over"})
      .at(10s)
      .other_is_idle()
      .does({"retire"})
      .ended()
      .does({"retired gone", "finish rotation", "Rotated"})
      .at(20s)
      .does({"forget handover"})
      .at(30s)
      .does({"dial successor 0"});
}

TEST(LifeRotation, begins_when_the_user_has_taken_what_the_last_one_brought) {
  LifeScript{life_settings()}.connects().has_no_room().rotates().at(1s).has_room().at(2s).does({"dial successor 0"});
}

TEST(LifeRotation, comes_by_itself_with_age) {
  auto settings = life_settings();
  settings.max_age = 60s;
  LifeScript{settings}
      .connects()
      .at(59s)
      .at(60s)
      .does({"dial successor 0"})
      .successor_dialled()
      .does({"prepare"})
      .ready()
      .does({"take over"})
      .other_is_idle()
      .does({"retire"})
      .ended()
      .does({"retired gone", "finish rotation", "Rotated"})
      .at(119s)
      .does({"forget handover"})
      .at(120s)
      .does({"dial successor 0"});
}

TEST(LifeRotation, is_given_up_when_the_present_connection_ends) {
  LifeScript{life_settings()}.connects().prepares_a_successor().loses("reset").does(
      {"leave", "end calls: the connection ended", "drop rotation", "forget handover", "Disconnected: reset",
       "Reconnecting 1 in 1000 ms: reset"});
}

TEST(LifeRotation, is_done_when_the_younger_connection_ends_before_the_old_one) {
  LifeScript{life_settings()}.connects().is_taken_over().loses("reset").does(
      {"leave", "end calls: the connection ended", "drop rotation", "finish rotation", "Rotated", "forget handover",
       "Disconnected: reset", "Reconnecting 1 in 1000 ms: reset"});
}

TEST(LifeRotation, lets_a_close_end_both_connections_by_a_handshake) {
  LifeScript{life_settings()}
      .connects()
      .is_taken_over()
      .closes()
      .does({"close other 1000: the client was closed", "close 1000: the client was closed", "leave",
             "end calls: the client was closed"})
      .loses("the client was closed")  // the younger one ends first
      .does({"end calls: the client was closed", "Disconnected: the client was closed"})
      .ended()
      .does({"retired gone", "stop: the client was closed"});
}

TEST(LifeRotation, is_forgotten_by_a_close_before_it_took_over) {
  LifeScript{life_settings()}
      .connects()
      .rotates()
      .does({"dial successor 0"})
      .closes()
      .does({"drop rotation", "forget handover", "close 1000: the client was closed", "leave",
             "end calls: the client was closed"});
}

}  // namespace
}  // namespace zenws::test

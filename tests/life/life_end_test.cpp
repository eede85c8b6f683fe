// A client ends: because somebody closed it, its handler failed, its runtime ended or it never connected in time.
#include <chrono>

#include <gtest/gtest.h>

#include "life/life_settings.hpp"

namespace zenws::test {
namespace {

using namespace std::chrono_literals;

TEST(LifeEnd, by_a_close_is_a_closing_handshake_and_then_the_end) {
  LifeScript{life_settings()}
      .connects()
      .closes()
      .does({"close 1000: the client was closed", "leave", "end calls: the client was closed"})
      .is(State::disconnected)
      .ended()
      .does({"end calls: the client was closed", "Disconnected: the client was closed", "stop: the client was closed"});
}

TEST(LifeEnd, by_a_close_before_it_began_is_the_end) {
  LifeScript{life_settings()}.closes().does({"stop: the client was closed"}).starts();
}

TEST(LifeEnd, by_a_close_while_it_dials_or_waits_is_at_once) {
  LifeScript{life_settings()}
      .starts()
      .does({"dial 0"})
      .closes()
      .does({"stop: the client was closed"})
      .is(State::disconnected);
  LifeScript{life_settings()}
      .starts()
      .does({"dial 0"})
      .dial_fails("refused")
      .does({"Reconnecting 1 in 1000 ms: refused"})
      .closes()
      .does({"stop: the client was closed"});
}

TEST(LifeEnd, by_a_close_in_a_callback_takes_back_what_was_to_come) {
  LifeScript{life_settings()}
      .starts()
      .does({"dial 0"})
      .next_callback_closes()
      .dialled()
      .does({"Connected 1", "started", "close 1000: the client was closed", "end calls: the client was closed"})
      .ended()
      .does({"end calls: the client was closed", "Disconnected: the client was closed", "stop: the client was closed"});
}

TEST(LifeEnd, by_a_close_in_on_disconnect_stops_it_from_coming_back) {
  LifeScript{life_settings()}.connects().next_callback_closes().loses("reset").does(
      {"leave", "end calls: the connection ended", "Disconnected: reset", "stop: the client was closed"});
}

TEST(LifeEnd, by_its_handler_says_so_to_the_server) {
  LifeScript{life_settings()}
      .connects()
      .handler_fails()
      .does({"close 1011: the handler failed", "leave", "end calls: the handler failed"})
      .ended()
      .does({"end calls: the handler failed", "Disconnected: the handler failed", "stop: the handler failed"});
}

TEST(LifeEnd, by_its_handler_comes_also_when_there_is_no_connection) {
  LifeScript{life_settings()}
      .starts()
      .does({"dial 0"})
      .dial_fails("refused")
      .does({"Reconnecting 1 in 1000 ms: refused"})
      .handler_fails()
      .does({"stop: the handler failed"});
}

TEST(LifeEnd, of_its_runtime_waits_for_nobody) {
  LifeScript{life_settings()}.connects().runtime_ends().does(
      {"quit: the runtime has ended", "leave", "end calls: the runtime has ended",
       "Disconnected: the runtime has ended", "stop: the runtime has ended"});
}

TEST(LifeEnd, of_its_runtime_cuts_a_closing_handshake) {
  LifeScript{life_settings()}
      .connects()
      .closes()
      .does({"close 1000: the client was closed", "leave", "end calls: the client was closed"})
      .runtime_ends()
      .does({"quit: the client was closed", "end calls: the client was closed", "Disconnected: the client was closed",
             "stop: the client was closed"});
}

TEST(LifeEnd, by_the_connect_deadline_comes_only_before_the_first_connection) {
  auto settings = life_settings();
  settings.connect_deadline = 3s;
  LifeScript{settings}.starts().does({"dial 0"}).at(2999ms).at(3s).does({"stop: connect_deadline has passed"});
  LifeScript{settings}.connects().at(4s);
  settings.greets = true;
  LifeScript{settings}.connects_to_greet().at(3s).does({"abort: connect_deadline has passed",
                                                        "end calls: connect_deadline has passed",
                                                        "stop: connect_deadline has passed"});
}

}  // namespace
}  // namespace zenws::test

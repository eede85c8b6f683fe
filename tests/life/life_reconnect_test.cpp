// A connection is lost, and comes back.
#include <chrono>

#include <gtest/gtest.h>

#include "life/life_settings.hpp"

namespace zenws::test {
namespace {

using namespace std::chrono_literals;

TEST(LifeReconnect, begins_with_a_dial_and_tells_of_the_connection) {
  LifeScript{life_settings()}
      .starts()
      .does({"dial 0"})
      .is(State::connecting)
      .dialled()
      .does({"Connected 1", "join", "started", "subscribe"})
      .is(State::connected);
}

TEST(LifeReconnect, waits_longer_each_time_until_a_connection_is_stable) {
  LifeScript{life_settings()}
      .connects()
      .at(1s)
      .loses("reset")
      .does({"leave", "end calls: the connection ended", "Disconnected: reset", "Reconnecting 1 in 1000 ms: reset"})
      .is(State::reconnecting)
      .at(2s)
      .does({"dial 1"})
      .dial_fails("refused")
      .does({"Reconnecting 2 in 2000 ms: refused"})
      .at(4s)
      .does({"dial 2"})
      .dialled()
      .does({"Connected 2", "join", "started", "subscribe again"})
      .at(10s)
      .loses("reset")  // after six seconds it was stable: all begins anew
      .does({"leave", "end calls: the connection ended", "Disconnected: reset", "Reconnecting 1 in 0 ms: reset"})
      .at(10s)
      .does({"dial 1"});
}

TEST(LifeReconnect, lets_the_closing_handshake_end_first) {
  LifeScript{life_settings()}
      .connects()
      .peer_closes("going away")
      .does({"leave", "end calls: the connection ended"})
      .is(State::reconnecting)
      .ended()
      .does({"end calls: the connection ended", "Disconnected: going away", "Reconnecting 1 in 1000 ms: going away"});
}

TEST(LifeReconnect, waits_as_long_as_the_server_asks) {
  LifeScript{life_settings()}
      .starts()
      .does({"dial 0"})
      .dial_fails("busy", Severity::recoverable, 30s)
      .does({"Reconnecting 1 in 30000 ms: busy"})
      .is(State::connecting)
      .at(29s)
      .at(30s)
      .does({"dial 1"});
}

TEST(LifeReconnect, gives_up_at_once_what_no_retry_can_mend) {
  LifeScript{life_settings()}
      .starts()
      .does({"dial 0"})
      .dial_fails("unauthorized", Severity::fatal)
      .does({"give up: unauthorized", "stop: unauthorized"})
      .is(State::disconnected);
}

TEST(LifeReconnect, gives_up_when_the_retries_are_used_up) {
  auto settings = life_settings();
  settings.retry.retry_count = 1;
  LifeScript{settings}
      .starts()
      .does({"dial 0"})
      .dial_fails("refused")
      .does({"Reconnecting 1 in 1000 ms: refused"})
      .at(1s)
      .does({"dial 1"})
      .dial_fails("refused")
      .does({"give up: ", "stop: "});
}

TEST(LifeReconnect, does_not_come_back_where_that_is_not_wanted) {
  auto settings = life_settings();
  settings.retry.reconnect_on_error = false;
  LifeScript{settings}
      .connects()
      .peer_closes("bye")
      .does({"leave", "end calls: the connection ended"})
      .is(State::disconnected)
      .ended()
      .does({"end calls: the connection ended", "Disconnected: bye", "give up: bye", "stop: bye"});
}

}  // namespace
}  // namespace zenws::test

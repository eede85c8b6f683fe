// A supervisor decides what becomes of a client that has ended by itself.
#include <chrono>

#include <gtest/gtest.h>

#include "life/life_settings.hpp"

namespace zenws::test {
namespace {

using namespace std::chrono_literals;

client::Life::Settings supervised() {
  auto settings = life_settings();
  settings.is_supervised = true;
  return settings;
}

TEST(LifeSupervision, starts_it_again_with_all_its_retries) {
  auto settings = supervised();
  settings.retry.retry_count = 1;
  LifeScript{settings}
      .supervisor_says(7s)
      .starts()
      .does({"dial 0"})
      .dial_fails("refused")
      .does({"Reconnecting 1 in 1000 ms: refused"})
      .at(1s)
      .does({"dial 1"})
      .dial_fails("refused")
      .does({"give up: ", "ask supervisor: ", "Restarting 1 in 7000 ms"})
      .at(8s)
      .does({"dial 0"})
      .dial_fails("refused")
      .does({"Reconnecting 1 in 1000 ms: refused"});
}

TEST(LifeSupervision, keeps_it_reconnecting_whatever_the_failure) {
  LifeScript{supervised()}
      .supervisor_says(1s)
      .connects()
      .handler_fails()
      .does({"close 1011: the handler failed", "leave", "end calls: the handler failed"})
      .is(State::reconnecting)
      .ended()
      .does({"end calls: the handler failed", "Disconnected: the handler failed", "ask supervisor: the handler failed",
             "Restarting 1 in 1000 ms"})
      .at(1s)
      .does({"dial 0"})
      .dialled()
      .does({"Connected 2", "join", "started", "subscribe again"});
}

TEST(LifeSupervision, ends_it_when_the_supervisor_has_had_enough) {
  LifeScript{supervised()}
      .starts()
      .does({"dial 0"})
      .dial_fails("unauthorized", Severity::fatal)
      .does({"give up: unauthorized", "ask supervisor: unauthorized", "stop: too many restarts"});
}

TEST(LifeSupervision, is_not_asked_about_a_client_that_was_closed) {
  LifeScript{supervised()}
      .supervisor_says(1s)
      .connects()
      .closes()
      .does({"close 1000: the client was closed", "leave", "end calls: the client was closed"})
      .is(State::disconnected)
      .ended()
      .does({"end calls: the client was closed", "Disconnected: the client was closed", "stop: the client was closed"});
}

TEST(LifeSupervision, is_not_asked_when_the_runtime_or_the_user_ended_what_the_handler_began_to_close) {
  LifeScript{supervised()}
      .supervisor_says(1s)
      .connects()
      .handler_fails()
      .does({"close 1011: the handler failed", "leave", "end calls: the handler failed"})
      .runtime_ends()
      .does({"quit: the runtime has ended", "end calls: the runtime has ended", "Disconnected: the runtime has ended",
             "stop: the runtime has ended"});
  LifeScript{supervised()}
      .supervisor_says(1s)
      .connects()
      .handler_fails()
      .does({"close 1011: the handler failed", "leave", "end calls: the handler failed"})
      .closes()
      .does({"close 1000: the client was closed"})
      .ended()
      .does({"end calls: the client was closed", "Disconnected: the handler failed", "stop: the client was closed"});
}

TEST(LifeSupervision, goes_on_beyond_the_connect_deadline) {
  auto settings = supervised();
  settings.connect_deadline = 3s;
  LifeScript{settings}
      .supervisor_says(1s)
      .starts()
      .does({"dial 0"})
      .at(3s)
      .does({"ask supervisor: connect_deadline has passed", "Restarting 1 in 1000 ms"})
      .at(4s)
      .does({"dial 0"})
      .at(9s);
}

}  // namespace
}  // namespace zenws::test

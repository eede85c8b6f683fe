// How long a message in fragments may take, and what is not held against the peer.
#include <chrono>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/session_script.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using test::SessionScript;

const std::string took_too_long = "close 1008 the fragments of a message took longer than message_timeout";

TEST(SessionFragments, take_no_longer_than_message_timeout) {
  SessionScript script{{.message_timeout = 60s}};
  script.at(1s).reads_beginning("a");
  for (int i = 2; i < 61; ++i) script.at(i * 1s).reads_more("");
  script.at(61s).gives(took_too_long);
}

TEST(SessionFragments, are_a_message_when_they_come_in_time) {
  SessionScript script{{.message_timeout = 60s}};
  script.at(1s).reads_beginning("a").at(60s).reads_end("b").gives("delivers ab").at(1h);
}

TEST(SessionFragments, of_each_message_have_their_own_time) {
  SessionScript script{{.message_timeout = 60s}};
  script.at(1s).reads_beginning("a").at(50s).reads_end("b").gives("delivers ab").reads_beginning("c");
  script.at(100s).reads_end("d").gives("delivers cd").reads_beginning("e").at(160s).gives(took_too_long);
}

TEST(SessionFragments, are_not_answered_for_by_heartbeats_between_them) {
  SessionScript script{{.heartbeat = Heartbeat::ping_pong(20s), .message_timeout = 30s}};
  script.at(1s).reads_beginning("a").at(20s);
  const std::string ping = script.takes();
  script.reads_pong(ping.substr(ping.find(' ') + 1)).at(31s).gives(took_too_long);
}

TEST(SessionFragments, are_not_bounded_by_zero) {
  SessionScript script{{.message_timeout = 0s}};
  script.at(1s).reads_beginning("a").at(24h).reads_end("b").gives("delivers ab");
}

TEST(SessionFragments, may_take_the_longest_time_there_is) {
  SessionScript script{{.message_timeout = std::chrono::milliseconds::max()}};
  script.at(1s).reads_beginning("a").at(24h).reads_end("b").gives("delivers ab");
}

TEST(SessionFragments, are_not_late_while_nobody_reads_them) {
  SessionScript script{{.message_timeout = 60s}};
  script.at(1s).reads_beginning("a").pauses().at(10min).pauses(false);
  script.at(10min + 30s).reads_end("b").gives("delivers ab");
}

TEST(SessionFragments, are_not_late_while_they_may_lie_unread) {
  SessionScript script{{.message_timeout = 60s}};
  script.at(1s).reads_beginning("a").is_behind_since(50s).at(70s);
  script.is_behind_since(std::nullopt).reads_end("b").gives("delivers ab").at(1h);
}

TEST(SessionFragments, are_late_when_all_was_read_that_came_in_time) {
  SessionScript script{{.message_timeout = 60s}};
  script.at(1s).reads_beginning("a").is_behind_since(61s).at(61s).gives(took_too_long);
}

}  // namespace
}  // namespace zenws

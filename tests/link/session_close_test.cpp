// How a connection closes, by whom, and what it says it ended of.
#include <chrono>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "support/session_script.hpp"

namespace zenws::test {
namespace {

using namespace std::chrono_literals;

const std::string closed = make_error_code(errc::closed).message();
const std::string disconnected = make_error_code(errc::disconnected).message();
const std::string broken_pipe = std::make_error_code(std::errc::broken_pipe).message();
const std::string reset = std::make_error_code(std::errc::connection_reset).message();

TEST(SessionClose, asked_for_here_ends_with_the_peers_answer) {
  plays({}, [](SessionScript& session) {
    session.at(1s).reads_text("a").gives("delivers a").closes(4001, "enough").gives("close 4001 enough");
    session.reads_text("b").gives("drops b").reads_ping("p").gives("pong p");
    session.reads_close(4001).ends().gives("over: " + closed + ", 4001");
  });
}

TEST(SessionClose, asked_for_here_ends_without_an_answer_after_close_timeout) {
  plays({.close_timeout = 2s}, [](SessionScript& session) {
    session.at(1s).closes(1000).gives("close 1000").at(2999ms).at(3s).gives("over: " + closed);
  });
}

TEST(SessionClose, by_the_peer_is_echoed_and_ends_with_what_it_said) {
  plays({}, [](SessionScript& session) {
    session.reads_text("a").gives("delivers a").reads_close(1012, "restart").gives("close 1012");
    session.closes(1000).reads_close(1000).ends().gives("over: " + disconnected + ", 1012");
  });
}

TEST(SessionClose, by_the_peer_who_keeps_the_stream_open_ends_after_close_timeout) {
  plays({.close_timeout = 2s}, [](SessionScript& session) {
    session.at(1s).reads_close(1000).gives("close 1000").at(3s).gives("over: " + disconnected + ", 1000");
  });
}

TEST(SessionClose, that_is_asked_for_twice_is_the_first) {
  plays({}, [](SessionScript& session) {
    session.closes(4001)
        .gives("close 4001")
        .closes(4002)
        .retires()
        .ends(std::make_error_code(std::errc::connection_reset));
    session.gives("over: " + closed);
  });
}

TEST(SessionClose, follows_on_a_broken_rule) {
  plays({}, [](SessionScript& session) {
    session.reads_text("a").gives("delivers a").reads_what_is_no_frame().gives("delivers what is wrong");
    session.gives_beginning("close 1002").at(2s).gives("over: " + make_error_code(errc::protocol_error).message());
  });
}

TEST(SessionClose, follows_on_fragments_that_take_too_long) {
  plays({.close_timeout = 1s, .message_timeout = 5s}, [](SessionScript& session) {
    session.reads_beginning("a").at(4s).reads_more("b").at(5s).gives_beginning("close 1008");
    session.reads_end("c").gives("drops abc").at(6s).gives("over: " + make_error_code(errc::timeout).message());
  });
}

TEST(SessionClose, ends_heartbeats_and_the_wait_for_bytes) {
  plays({.heartbeat = Heartbeat::ping_pong(1s), .idle_timeout = 3s, .close_timeout = 1h},
        [](SessionScript& session) { session.at(1s).gives("ping 1").closes(1000).gives("close 1000").at(10min); });
}

TEST(SessionRetires, and_delivers_what_still_comes) {
  plays({}, [](SessionScript& session) {
    session.retires().gives("close 1000").reads_text("a").gives("delivers a").reads_close(1000).ends();
    session.gives("over: " + closed + ", 1000");
  });
}

TEST(SessionRetires, and_waits_while_nobody_has_room) {
  plays({.close_timeout = 2s}, [](SessionScript& session) {
    session.retires().gives("close 1000").pauses().at(1h).pauses(false).reads_text("a").gives("delivers a");
    session.at(1h + 2s).gives("over: " + closed);
  });
}

TEST(SessionRetires, and_reads_what_had_come_in_time_but_no_more) {
  SessionScript session{{.close_timeout = 2s}};
  session.retires().gives("close 1000").has_unread(10).at(1'999ms);
  session.at(2s).reads_text("123").gives("delivers 123");  // 5 bytes
  session.at(2s).reads_text("123").gives("delivers 123");
  session.at(2s).gives("over: " + closed);
}

TEST(SessionThatCannotSend, reads_what_came_and_tells_that) {
  plays({.close_timeout = 2s}, [](SessionScript& session) {
    session.at(1s).cannot_send().reads_text("a").gives("delivers a").at(3s).gives("over: " + broken_pipe + ", 1006");
  });
  plays({}, [](SessionScript& session) {
    session.cannot_send().reads_close(1008, "too fast").gives("close 1008").ends();
    session.gives("over: " + disconnected + ", 1008");
  });
}

TEST(SessionThatCannotSend, tells_the_peers_alert_before_its_own_failure) {
  const std::error_code alert{1, tls_category()};
  plays({}, [&](SessionScript& session) {
    session.cannot_send().ends(alert).gives("over: " + alert.message() + ", 1006");
  });
  plays({}, [&](SessionScript& session) {
    session.cannot_send().ends(std::make_error_code(std::errc::connection_reset));
    session.gives("over: " + broken_pipe + ", 1006");
  });
}

TEST(SessionStream, that_ends_without_a_close_frame_is_1006) {
  plays({}, [](SessionScript& session) { session.ends().gives("over: " + disconnected + ", 1006"); });
  plays({}, [](SessionScript& session) {
    session.ends(std::make_error_code(std::errc::connection_reset)).gives("over: " + reset + ", 1006");
  });
}

}  // namespace
}  // namespace zenws::test

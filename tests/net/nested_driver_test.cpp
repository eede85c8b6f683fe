// Living in somebody else's event loop: what its users may do there, and what must not be lost by that.
#include "net/nested_driver.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

struct Nested : ::testing::Test {
  TestLoop on;
  std::pair<Socket, Socket> first = connected_pair(on.io);
  std::pair<Socket, Socket> second = connected_pair(on.io);
  std::unique_ptr<Transport> a = adopt(*on.loop, std::move(first.first));
  std::unique_ptr<Transport> b = adopt(*on.loop, std::move(second.first));
  bool a_told = false;
  bool b_told = false;

  // Both in one round.
  void both_are_ready() {
    first.second.send(boost::asio::buffer("x", 1));
    second.second.send(boost::asio::buffer("x", 1));
  }
};

TEST_F(Nested, sockets_are_told_although_one_whose_turn_was_first_ran_the_event_loop) {
  both_are_ready();
  a->wait_readable([&] {
    a_told = true;
    on.loop->post([] {});
    if (!b_told) on.run_ready();
  });
  b->wait_readable([&] {
    b_told = true;
    on.loop->post([] {});
    if (!a_told) on.run_ready();
  });
  EXPECT_TRUE(on.run_until([&] { return a_told && b_told; }));
}

TEST_F(Nested, timers_that_run_the_event_loop_leave_it_again) {
  Timer due{on.loop->timers(), [&] { a_told = true; }};
  Timer runs{on.loop->timers(), [&] {
               due.arm(Clock::now());
               on.run_ready();
               b_told = true;
             }};
  runs.arm(Clock::now());
  EXPECT_TRUE(on.run_until([&] { return a_told && b_told; }));
}

// Asio lets what a handler throws pass through run(), which may then be called again.
TEST_F(Nested, sockets_and_timers_are_told_after_another_has_thrown) {
  both_are_ready();
  const auto tell = [](bool& told) {
    told = true;
    throw std::runtime_error{"not contained"};
  };
  a->wait_readable([&] { tell(a_told); });
  b->wait_readable([&] { tell(b_told); });
  bool rung = false;
  Timer timer{on.loop->timers(), [&] { rung = true; }};
  timer.arm(Clock::now() + 1ms);
  int thrown = 0;
  const auto deadline = Clock::now() + patience;
  while ((!a_told || !b_told || !rung) && Clock::now() < deadline) {
    try {
      on.run_until([&] { return a_told && b_told && rung; });
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  }
  EXPECT_EQ(thrown, 2);
  EXPECT_TRUE(rung);
}

TEST_F(Nested, sockets_that_are_ready_all_the_time_leave_the_host_its_turns) {
  bool ended = false;
  int rounds = 0;
  std::function<void()> again = [&] {
    ++rounds;
    const auto until = Clock::now() + 500us;
    while (Clock::now() < until) {
    }
    a->wait_readable([&] { again(); });  // unread, so that it is ready at once
  };
  a->wait_readable([&] { again(); });
  both_are_ready();
  boost::asio::steady_timer host{on.io, 20ms};
  host.async_wait([&](const boost::system::error_code&) { ended = true; });
  EXPECT_TRUE(on.run_until([&] { return ended; }));
  EXPECT_GT(rounds, 1);
  a->close(false);
}

}  // namespace
}  // namespace zenws::net::tests

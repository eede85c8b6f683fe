// Edges of real descriptors: what is told, to whom, and what the kernel refuses.
#include "net/reactor.hpp"

#include <fcntl.h>
#include <memory>
#include <sys/eventfd.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

TEST(Reactor, waits_no_shorter_than_it_is_told) {
  Reactor reactor;
  const TimePoint until = Clock::now() + 2ms;
  reactor.wait(until);
  EXPECT_GE(Clock::now(), until);
  EXPECT_FALSE(reactor.dispatch_one());
}

TEST(Reactor, only_looks_when_the_time_has_passed) {
  Reactor reactor;
  reactor.wait(TimePoint::min());
  EXPECT_FALSE(reactor.dispatch_one());
}

TEST(Reactor, is_woken_by_each_write_to_a_silent_descriptor_that_nobody_reads) {
  Reactor reactor;
  const Descriptor waker{::eventfd(0, EFD_CLOEXEC)};
  reactor.add_silent(waker.number());
  for (int i = 0; i < 3; ++i) {
    ::eventfd_write(waker.number(), 1);
    reactor.wait(never);
    EXPECT_FALSE(reactor.dispatch_one());
  }
}

TEST(Sockets, that_the_kernel_refuses_to_watch_are_refused) {
  TestLoop on;
  auto& network = static_cast<SocketNetwork&>(on.loop->network());
  const auto refused = network.adopt(*on.loop, Descriptor{::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), std::errc::operation_not_permitted);
}

// A child that was forked keeps the kernel's registration alive, although we have closed the descriptor.
TEST(Sockets, that_are_closed_are_told_nothing_though_a_child_has_them_still) {
  TestLoop on;
  auto [near, far] = connected_pair(on.io);
  const Descriptor childs{::dup(near.native_handle())};
  auto closed = adopt(*on.loop, std::move(near));
  closed->wait_readable([] { FAIL() << "told"; });
  closed.reset();
  auto [other, quiet] = connected_pair(on.io);
  const auto next = adopt(*on.loop, std::move(other));  // in the place that has become free
  next->wait_readable([] { FAIL() << "told of another's bytes"; });
  far.send(boost::asio::buffer("x", 1));
  on.io.restart();
  on.io.run_for(5ms);
}

}  // namespace
}  // namespace zenws::net::tests

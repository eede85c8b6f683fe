// Posting to a loop, living on it, and its end.
#include "net/loop.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "net/test_loop.hpp"
#include "net/thread_driver.hpp"
#include "ws/protocol.hpp"

namespace zenws::net::tests {
namespace {

struct Resident final : Tenant {
  explicit Resident(Loop& on) : loop(on) {}
  void loop_ends() override {
    ++ended;
    if (on_end) on_end();
  }
  Loop& loop;
  int ended = 0;
  std::function<void()> on_end;
};

// A loop for a thread of the test's.
std::pair<std::shared_ptr<Loop>, ThreadDriver*> threaded_loop() {
  auto driver = std::make_unique<ThreadDriver>();
  ThreadDriver* const drives = driver.get();
  return {std::make_shared<Loop>(std::move(driver)), drives};
}

TEST(Loop, runs_what_was_posted_in_order) {
  TestLoop on;
  std::string log;
  for (const char c : {'a', 'b', 'c'}) on.loop->post([&log, c] { log += c; });
  EXPECT_EQ(log, "");
  on.run_ready();
  EXPECT_EQ(log, "abc");
}

TEST(Loop, runs_what_is_posted_by_what_was_posted_later) {
  TestLoop on;
  std::string log;
  on.loop->post([&] {
    on.loop->post([&] { log += 'b'; });
    log += 'a';
  });
  on.run_ready();
  EXPECT_EQ(log, "ab");
}

TEST(Loop, destroys_what_is_posted_after_its_end_without_running_it) {
  TestLoop on;
  on.loop->end();
  const auto held = std::make_shared<int>();
  on.loop->post([held] { FAIL() << "run"; });
  EXPECT_EQ(held.use_count(), 1);
  on.run_ready();
}

TEST(Loop, destroys_what_was_posted_before_its_end_without_running_it) {
  TestLoop on;
  const auto held = std::make_shared<int>();
  on.loop->post([held] { FAIL() << "run"; });
  on.loop->end();
  EXPECT_EQ(held.use_count(), 1);
  on.run_ready();
}

TEST(Loop, drops_the_rest_of_a_batch_in_which_it_ended) {
  TestLoop on;
  on.loop->post([&] { on.loop->end(); });
  on.loop->post([] { FAIL() << "run"; });
  on.run_ready();
}

TEST(Loop, takes_posts_from_what_it_destroys_at_its_end) {
  TestLoop on;
  struct PostsWhenDestroyed {
    Loop* loop;
    explicit PostsWhenDestroyed(Loop* to) : loop(to) {}
    PostsWhenDestroyed(PostsWhenDestroyed&& other) noexcept : loop(std::exchange(other.loop, nullptr)) {}
    PostsWhenDestroyed& operator=(PostsWhenDestroyed&&) = delete;
    ~PostsWhenDestroyed() {
      if (loop != nullptr) loop->post([] { FAIL() << "run"; });
    }
  };
  on.loop->post([last = PostsWhenDestroyed{on.loop.get()}] {});
  on.loop->end();
  on.run_ready();
}

TEST(Loop, does_not_live_on_in_its_own_posts) {
  boost::asio::io_context io;
  auto loop = nested_loop(io);
  const std::weak_ptr<Loop> gone = loop;
  loop->post([loop] {});
  loop->end();
  loop.reset();
  EXPECT_TRUE(gone.expired());
  io.poll();
}

TEST(Loop, tells_its_tenants_that_it_ends) {
  TestLoop on;
  Resident a{*on.loop};
  Resident b{*on.loop};
  EXPECT_TRUE(on.loop->enter(a));
  EXPECT_TRUE(on.loop->enter(b));
  on.loop->leave(b);
  on.loop->end();
  on.loop->end();
  EXPECT_EQ(a.ended, 1);
  EXPECT_EQ(b.ended, 0);
}

TEST(Loop, takes_no_tenant_while_it_ends) {
  TestLoop on;
  Resident a{*on.loop};
  Resident late{*on.loop};
  a.on_end = [&] { EXPECT_FALSE(on.loop->enter(late)); };
  on.loop->enter(a);
  on.loop->end();
  EXPECT_FALSE(on.loop->enter(late));
  EXPECT_EQ(late.ended, 0);
}

TEST(Loop, lets_a_tenant_leave_while_another_is_told) {
  TestLoop on;
  Resident a{*on.loop};
  Resident b{*on.loop};
  a.on_end = [&] { on.loop->leave(b); };
  b.on_end = [&] { on.loop->leave(a); };
  on.loop->enter(a);
  on.loop->enter(b);
  on.loop->end();
  EXPECT_EQ(a.ended + b.ended, 1);
}

TEST(Loop, has_one_receive_buffer_with_padding_behind_it) {
  TestLoop on;
  const auto buffer = on.loop->receive_buffer();
  EXPECT_EQ(buffer.size(), 256U << 10U);
  EXPECT_EQ(on.loop->receive_buffer().data(), buffer.data());
  for (std::size_t i = 0; i < ws::text_padding; ++i) *(buffer.data() + buffer.size() + i) = std::byte{1};
}

TEST(Loop, knows_its_thread) {
  TestLoop on;
  EXPECT_FALSE(on.loop->is_this_thread());
  bool inside = false;
  on.loop->post([&] { inside = on.loop->is_this_thread(); });
  on.run_ready();
  EXPECT_TRUE(inside);
}

TEST(Loop, may_outlive_the_callers_io_context_after_its_end) {
  std::shared_ptr<Loop> loop;
  {
    boost::asio::io_context io;
    loop = nested_loop(io);
    Timer timer{loop->timers(), [] {}};
    timer.arm(Clock::now() + 1h);
    loop->end();
  }
  loop->post([] { FAIL() << "run"; });
  EXPECT_FALSE(loop->is_this_thread());
  Timer late{loop->timers(), [] {}};
  late.arm(Clock::now());
}

TEST(Loop, runs_every_post_of_many_threads_or_destroys_it_when_it_ends_meanwhile) {
  auto [loop, driver] = threaded_loop();
  std::thread server{[loop, driver] { driver->run(loop); }};
  std::atomic<int> alive{0};
  std::atomic<int> run{0};
  struct Counted {
    std::atomic<int>& count;
    explicit Counted(std::atomic<int>& to) : count(to) { ++count; }
    ~Counted() { --count; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
  };
  constexpr int posts = 2000;
  std::vector<std::thread> posters;
  for (int t = 0; t < 4; ++t) {
    posters.emplace_back([&] {
      for (int i = 0; i < posts; ++i) loop->post([&run, held = std::make_unique<Counted>(alive), loop] { ++run; });
    });
  }
  loop->post([&] { loop->end(); });
  for (auto& poster : posters) poster.join();
  server.join();
  EXPECT_EQ(alive, 0);
  EXPECT_LE(run, 4 * posts);
  EXPECT_EQ(loop.use_count(), 1);
}

TEST(Loop, runs_what_is_posted_while_it_falls_asleep) {
  auto [loop, driver] = threaded_loop();
  std::jthread server{[loop, driver] { driver->run(loop); }};
  std::atomic<int> run{0};
  for (int i = 1; i <= 5000; ++i) {
    loop->post([&run] {
      ++run;
      run.notify_one();
    });
    for (int now = run; now < i; now = run) run.wait(now);
  }
  loop->post([raw = loop.get()] { raw->end(); });
}

TEST(Loop, lets_go_of_who_waits_and_holds_it_when_the_transport_is_closed) {
  auto on = std::make_unique<TestLoop>();
  const std::weak_ptr<Loop> gone = on->loop;
  auto [near, far] = connected_pair(on->io);
  const auto transport = adopt(*on->loop, std::move(near));
  transport->wait_readable([loop = on->loop] {});
  transport->close(false);
  far.close();
  on.reset();
  EXPECT_TRUE(gone.expired());
}

}  // namespace
}  // namespace zenws::net::tests

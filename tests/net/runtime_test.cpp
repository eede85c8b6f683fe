// Runtimes: their threads, and their end from wherever it comes.
#include <array>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <memory>
#include <optional>
#include <pthread.h>
#include <set>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <zenws/runtime.hpp>

#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

// What `f` gives on the loop's thread.
template <class F>
auto on_loop(Loop& loop, F f) {
  std::promise<decltype(f())> answer;
  auto future = answer.get_future();
  loop.post([answer = std::move(answer), f]() mutable { answer.set_value(f()); });
  return future.get();
}

struct ThreadedTenant final : Tenant {
  explicit ThreadedTenant(std::shared_ptr<Loop> on) : loop(std::move(on)) {}
  void loop_ends() override { ended.set_value(loop->is_this_thread()); }
  std::shared_ptr<Loop> loop;
  std::promise<bool> ended;
};

TEST(Runtime, gives_its_loops_in_turn) {
  Runtime runtime{3};
  const std::set<std::shared_ptr<Loop>> loops{*runtime.next_loop(), *runtime.next_loop(), *runtime.next_loop()};
  EXPECT_EQ(loops.size(), 3U);
  EXPECT_TRUE(loops.contains(*runtime.next_loop()));
}

TEST(Runtime, has_one_loop_at_least) {
  Runtime runtime{0};
  EXPECT_TRUE(on_loop(**runtime.next_loop(), [] { return true; }));
}

TEST(Runtime, names_its_threads_and_blocks_signals_in_them) {
  Runtime runtime{2};
  std::ignore = runtime.next_loop();  // zenws-loop-0
  const auto seen = on_loop(**runtime.next_loop(), [] {
    std::array<char, 16> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    return std::tuple{std::string{name.data()}, sigismember(&blocked, SIGINT), sigismember(&blocked, SIGSEGV)};
  });
  EXPECT_EQ(seen, (std::tuple{std::string{"zenws-loop-1"}, 1, 0}));
  sigset_t mine;
  pthread_sigmask(SIG_SETMASK, nullptr, &mine);
  EXPECT_EQ(sigismember(&mine, SIGINT), 0);
}

TEST(Runtime, ends_its_tenants_on_their_loop) {
  auto runtime = std::make_unique<Runtime>();
  ThreadedTenant tenant{*runtime->next_loop()};
  on_loop(*tenant.loop, [&] { return tenant.loop->enter(tenant); });
  runtime.reset();
  EXPECT_TRUE(tenant.ended.get_future().get());
  EXPECT_EQ(tenant.loop.use_count(), 1);
}

TEST(Runtime, may_be_destroyed_on_its_own_thread) {
  auto runtime = std::make_unique<Runtime>(2);
  auto loop = *runtime->next_loop();
  auto other = *runtime->next_loop();
  ThreadedTenant tenant{loop};
  EXPECT_TRUE(on_loop(*loop, [&] {
    loop->enter(tenant);
    runtime.reset();
    return true;
  }));
  EXPECT_TRUE(tenant.ended.get_future().get());
  // The threads end by themselves and then hold their loops no longer.
  const auto deadline = Clock::now() + patience;
  while ((loop.use_count() > 2 || other.use_count() > 1) && Clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(loop.use_count(), 2);  // this one and the tenant's
  EXPECT_EQ(other.use_count(), 1);
}

TEST(Runtime, may_be_destroyed_by_another_thread) {
  auto runtime = std::make_unique<Runtime>();
  const auto loop = *runtime->next_loop();
  std::thread{[moved = std::move(runtime)]() mutable { moved.reset(); }}.join();
  EXPECT_EQ(loop.use_count(), 1);
  loop->post([] { FAIL() << "run"; });
}

TEST(Runtime, may_be_destroyed_by_another_runtimes_thread) {
  Runtime outer;
  auto inner = std::make_unique<Runtime>();
  EXPECT_TRUE(on_loop(**outer.next_loop(), [&] {
    inner.reset();
    return true;
  }));
}

TEST(Runtime, starts_and_ends_many_times) {
  for (int i = 0; i < 50; ++i) {
    Runtime runtime{2};
    (*runtime.next_loop())->post([] {});
  }
}

TEST(Runtime, waits_for_the_handler_that_is_running) {
  auto runtime = std::make_unique<Runtime>();
  std::promise<void> entered;
  bool finished = false;
  (*runtime->next_loop())->post([&] {
    entered.set_value();
    std::this_thread::sleep_for(5ms);
    finished = true;
  });
  entered.get_future().get();
  runtime.reset();
  EXPECT_TRUE(finished);
}

TEST(Runtime, shared_is_one_and_the_same) {
  EXPECT_EQ(&Runtime::shared(), &Runtime::shared());
  EXPECT_EQ(*Runtime::shared().next_loop(), *Runtime::shared().next_loop());
}

TEST(RuntimeOnTheCallersLoop, ends_at_once_from_inside) {
  boost::asio::io_context io;
  auto runtime = std::make_unique<Runtime>(io);
  ThreadedTenant tenant{*runtime->next_loop()};
  boost::asio::post(io, [&] {
    tenant.loop->enter(tenant);
    runtime.reset();
  });
  io.poll();
  EXPECT_TRUE(tenant.ended.get_future().get());
}

TEST(RuntimeOnTheCallersLoop, ends_when_the_io_context_comes_to_it) {
  boost::asio::io_context io;
  auto runtime = std::make_unique<Runtime>(io);
  ThreadedTenant tenant{*runtime->next_loop()};
  tenant.loop->enter(tenant);
  auto ended = tenant.ended.get_future();
  runtime.reset();
  EXPECT_NE(ended.wait_for(0s), std::future_status::ready);
  io.poll();
  EXPECT_TRUE(ended.get());
}

TEST(RuntimeOnTheCallersLoop, ends_when_the_io_context_is_destroyed_without_being_run) {
  auto io = std::make_unique<boost::asio::io_context>();
  auto runtime = std::make_unique<Runtime>(*io);
  ThreadedTenant tenant{*runtime->next_loop()};
  tenant.loop->enter(tenant);
  tenant.loop->post([loop = tenant.loop] { FAIL() << "run"; });
  auto ended = tenant.ended.get_future();
  runtime.reset();
  io.reset();
  EXPECT_EQ(ended.wait_for(0s), std::future_status::ready);
  EXPECT_EQ(tenant.loop.use_count(), 1);
}

// ---- nothing left to start a loop with

// All descriptors that the process may still have, until it is destroyed.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{.rlim_cur = 64, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int fd = 0; (fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) taken_.push_back(fd);
  }
  ~NoDescriptors() {
    for (const int fd : taken_) ::close(fd);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

TEST(Runtime, that_finds_no_descriptors_says_so_where_it_is_used_and_recovers) {
  std::optional<NoDescriptors> none{std::in_place};
  Runtime runtime{2};
  const auto refused = runtime.next_loop();
  none.reset();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), std::errc::too_many_files_open);
  const auto loop = runtime.next_loop();
  ASSERT_TRUE(loop) << to_string(loop.error());
  EXPECT_TRUE(on_loop(**loop, [] { return true; }));
}

TEST(Runtime, on_the_callers_io_context_finds_no_descriptors_and_says_so) {
  std::optional<NoDescriptors> none{std::in_place};
  boost::asio::io_context io;
  Runtime runtime{io};
  const auto refused = runtime.next_loop();
  none.reset();
  EXPECT_FALSE(refused);
  EXPECT_TRUE(runtime.next_loop());
}

}  // namespace
}  // namespace zenws::net::tests

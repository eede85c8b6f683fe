// Five thousand supervised clients on one loop lose their server and give up, each by itself: all are started again and
// come back, while whoever asks is answered at once.
#include <algorithm>
#include <atomic>
#include <iostream>
#include <optional>
#include <sys/resource.h>
#include <thread>

#include <zenws/supervisor.hpp>

#include "faults/fault.hpp"
#include "faults/server_apart.hpp"
#include "support/resident_memory.hpp"

namespace zenws::testing {
namespace {

// Sanitized, each costs several times as much.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::size_t supervised_in_all = 500;
#elif defined(__has_feature)
constexpr std::size_t supervised_in_all =
    __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) ? 500 : 5000;
#else
constexpr std::size_t supervised_in_all = 5000;
#endif

bool allow_descriptors(rlim_t number) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < number) return false;
  limit.rlim_cur = std::max(limit.rlim_cur, number);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

class ThousandsSupervised : public ::testing::Test {
 protected:
  using Clock = std::chrono::steady_clock;

  // Gives up after one retry: to come back is the supervisor's work.
  Options options() {
    Options options{.retry_count = 1, .retry_delay = 100ms, .max_backoff = 1s, .stable_after = 0ms};
    options.handler = [](const Message&) {};
    return options;
  }
  void count(const Lifecycle& event) {
    open += std::holds_alternative<Connected>(event) ? 1 : 0;
    open -= std::holds_alternative<Disconnected>(event) ? 1 : 0;
    restarts += std::holds_alternative<Restarting>(event) ? 1 : 0;
    stopped += std::holds_alternative<Stopped>(event) ? 1 : 0;
  }
  // Until so many are open; asks all the while, and remembers the longest answer.
  bool comes_to(std::size_t wanted, const ClientSupervisor& supervisor) {
    const auto deadline = Clock::now() + 60s;
    while (open != static_cast<std::ptrdiff_t>(wanted)) {
      if (Clock::now() > deadline) return false;
      const auto asked = Clock::now();
      const auto all = supervisor.list_clients();
      const auto listed = Clock::now();
      (void)all.back().lock()->get_state();
      longest_list = std::max<Clock::duration>(longest_list, listed - asked);
      longest_state = std::max<Clock::duration>(longest_state, Clock::now() - listed);
      if (all.size() != supervised_in_all) return false;
      std::this_thread::sleep_for(1ms);
    }
    return true;
  }
  static double milliseconds(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>{duration}.count();
  }

  std::atomic<std::ptrdiff_t> open{0};
  std::atomic<std::size_t> restarts{0};
  std::atomic<std::size_t> stopped{0};
  Clock::duration longest_list{};
  Clock::duration longest_state{};
};

TEST_F(ThousandsSupervised, all_come_back_after_their_server_was_killed) {
  if (!allow_descriptors(supervised_in_all + 500)) GTEST_SKIP() << "needs " << supervised_in_all << " descriptors";
  std::optional<ServerApart> server{std::in_place};
  ASSERT_FALSE(server->url().empty());

  std::vector<ChildSpec> children(supervised_in_all, {server->url(), options(), {.max_restarts = 1'000'000}});
  const std::size_t memory_before = resident_memory();
  const auto begun = Clock::now();
  auto supervisor =
      ClientSupervisor::create({.children = std::move(children),
                                .on_lifecycle = [this](const ClientRef&, const Lifecycle& event) { count(event); }});
  ASSERT_TRUE(supervisor) << to_string(supervisor.error());
  ASSERT_TRUE(comes_to(supervised_in_all, *supervisor));
  const auto all_open = Clock::now();
  const std::size_t memory = resident_memory() - memory_before;

  const std::uint16_t port = server->port();
  server->kill();
  ASSERT_TRUE(comes_to(0, *supervisor));
  ASSERT_TRUE(eventually([&] { return restarts >= supervised_in_all; }));
  server.emplace(port);
  ASSERT_EQ(server->port(), port);
  const auto back_again = Clock::now();
  ASSERT_TRUE(comes_to(supervised_in_all, *supervisor));

  const auto all_back = Clock::now();
  std::cout << fmt::format(
      "fleet | {} clients, one loop | all open after {:.0f} ms | {:.1f} KiB a client | server killed, {} restarts | "
      "all "
      "back {:.0f} ms after it | longest list_clients {:.2f} ms, get_state {:.3f} ms\n",
      supervised_in_all, milliseconds(all_open - begun), static_cast<double>(memory) / 1024.0 / supervised_in_all,
      restarts.load(), milliseconds(all_back - back_again), milliseconds(longest_list), milliseconds(longest_state));
  EXPECT_EQ(stopped, 0U) << "none is lost";
  for (const ClientRef& client : supervisor->list_clients()) {
    EXPECT_EQ(client.lock()->get_state(), State::connected);
  }
  EXPECT_TRUE(supervisor->shutdown());
  EXPECT_EQ(stopped, supervised_in_all);
}

}  // namespace
}  // namespace zenws::testing

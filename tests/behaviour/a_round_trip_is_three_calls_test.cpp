// What a round trip asks of the kernel, counted from outside: epoll_wait, recv, send, and nothing else.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <map>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/child_process.hpp"

namespace zenws::testing {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 1000;
constexpr const char* place = "ZENWS_ECHO_URL";

// Runs in a process of its own, whose system calls are counted.
TEST(DISABLED_RoundTrips, of_one_client) {
  const char* const url = std::getenv(place);
  ASSERT_NE(url, nullptr);
  int left = rounds;
  std::promise<void> done;
  Options options;
  options.handler = [&](const ClientRef& client, const Message&) {
    if (--left > 0) return (void)client.lock()->send_message("ping me");
    done.set_value();
  };
  auto client = Client::connect(url, options);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->send_message("ping me"));
  done.get_future().wait();
}

using Calls = std::vector<std::string>;

// What each thread called, in order.
std::map<std::string, Calls> read_calls(const std::string& path) {
  std::map<std::string, Calls> calls;
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) {
    std::istringstream words{line};
    std::string thread;
    std::string call;
    words >> thread >> call;
    if (!call.starts_with("<") && call.contains('(')) calls[thread].push_back(call.substr(0, call.find('(')));
  }
  return calls;
}

// How often each was called between the first and the last of `bound`: not while the thread begins and ends.
std::map<std::string, int> count_between(const Calls& calls, const std::string& bound) {
  const auto first = std::ranges::find(calls, bound);
  const auto last = std::find(calls.rbegin(), calls.rend(), bound).base();
  std::map<std::string, int> counts;
  for (auto call = first; call < last; ++call) ++counts[*call];
  return counts;
}

std::string this_program() {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  return {path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

TEST(ARoundTrip, is_three_system_calls) {
  if (std::system("strace -f -o /dev/null true > /dev/null 2>&1") != 0) GTEST_SKIP() << "tracing is refused here";
  Server server = *Server::start({.script = exact_echo});
  const std::string file = ::testing::TempDir() + "round_trips." + std::to_string(::getpid());
  support::ChildProcess child{{"env", std::string{place} + "=" + server.url(), "ASAN_OPTIONS=detect_leaks=0", "strace",
                               "-f", "-qq", "-o", file, this_program(), "--gtest_also_run_disabled_tests",
                               "--gtest_filter=DISABLED_RoundTrips.of_one_client"}};
  ASSERT_EQ(child.finish(60s), 0) << child.unread();
  const auto calls = read_calls(file);
  ::unlink(file.c_str());
  const auto loop = std::ranges::max_element(
      calls, {}, [](const auto& thread) { return std::ranges::count(thread.second, "sendto"); });
  ASSERT_NE(loop, calls.end());
  int others = 0;
  std::string all;
  for (const auto& [call, count] : count_between(loop->second, "sendto")) {
    all += call + " " + std::to_string(count) + "\n";
    const bool is_a_rounds = call.starts_with("epoll_") && call != "epoll_ctl";
    if (is_a_rounds || call == "recvfrom" || call == "sendto") {
      EXPECT_NEAR(count, rounds, 20) << call;
    } else {
      others += count;
    }
  }
  EXPECT_LT(others, 100) << all;
}

}  // namespace
}  // namespace zenws::testing

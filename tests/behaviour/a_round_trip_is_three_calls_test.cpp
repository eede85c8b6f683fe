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

// By thread, how often each call was made.
std::map<std::string, std::map<std::string, int>> read_calls(const std::string& path) {
  std::map<std::string, std::map<std::string, int>> calls;
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) {
    std::istringstream words{line};
    std::string thread;
    std::string call;
    words >> thread >> call;
    if (!call.starts_with("<") && call.contains('(')) ++calls[thread][call.substr(0, call.find('('))];
  }
  return calls;
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
  // Not a shard: there the one test might be another's.
  support::ChildProcess child{{"env", "-u", "GTEST_TOTAL_SHARDS", "-u", "GTEST_SHARD_INDEX",
                               std::string{place} + "=" + server.url(), "ASAN_OPTIONS=detect_leaks=0", "strace", "-f",
                               "-qq", "-o", file, this_program(), "--gtest_also_run_disabled_tests",
                               "--gtest_filter=DISABLED_RoundTrips.of_one_client"}};
  ASSERT_EQ(child.finish(60s), 0) << child.unread();
  const auto calls = read_calls(file);
  ::unlink(file.c_str());
  const auto loop = std::ranges::max_element(calls, {}, [](const auto& thread) {
    return thread.second.contains("recvfrom") ? thread.second.at("recvfrom") : 0;
  });
  ASSERT_NE(loop, calls.end());
  for (const char* const call : {"recvfrom", "sendto"}) ASSERT_TRUE(loop->second.contains(call)) << call;
  int others = 0;
  std::string all;
  for (const auto& [call, count] : loop->second) {
    all += call + " " + std::to_string(count) + "\n";
    const bool is_one = call.starts_with("epoll_") || call == "recvfrom" || call == "sendto";
    if (!is_one) others += count;
    const bool is_a_rounds = is_one && call != "epoll_ctl";
    EXPECT_NEAR(is_a_rounds ? count : rounds, rounds, 20) << call;
  }
  EXPECT_LT(others, 100) << "once, while it connects and ends:\n" << all;
}

}  // namespace
}  // namespace zenws::testing

// Many threads send on one client while many clients come and go: every accepted message arrives once, in order per
// thread.
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <thread>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

#if defined(__SANITIZE_THREAD__)
#define ZENWS_SMALL_NUMBERS 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ZENWS_SMALL_NUMBERS 1
#endif
#endif

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Server;

#ifdef ZENWS_SMALL_NUMBERS
constexpr int threads = 8, messages = 2'000, visitors = 40;
#else
constexpr int threads = 8, messages = 100'000, visitors = 1'000;
#endif

// Counts what arrives, per thread, on the server's thread.
struct Tally {
  std::array<std::atomic<int>, threads> next{};
  std::atomic<int> wrong{0};

  void count(const std::string& payload) {
    int thread = -1;
    int number = -1;
    const char* const end = payload.data() + payload.size();
    const auto colon = std::from_chars(payload.data(), end, thread).ptr;
    if (thread < 0 || thread >= threads || colon == end) {
      ++wrong;
      return;
    }
    std::from_chars(colon + 1, end, number);
    auto& expected = next[static_cast<std::size_t>(thread)];
    if (number != expected) ++wrong;
    ++expected;
  }
  [[nodiscard]] bool complete() const {
    return std::ranges::all_of(next, [](const auto& count) { return count == messages; });
  }
};

void send_all(Client& client, int thread) {
  for (int i = 0; i < messages; ++i) {
    const std::string message = std::to_string(thread) + ":" + std::to_string(i);
    while (true) {
      const Result<> sent = client.send_message(message);
      if (sent) break;
      ASSERT_EQ(sent.error(), errc::send_queue_full);
      std::this_thread::sleep_for(1ms);
    }
  }
}

void come_and_go(const Server& server, Runtime& runtime, std::atomic<int>& left) {
  while (left.fetch_sub(1) > 0) {
    Options options;
    options.runtime = &runtime;
    options.tls.ca_pem = server.ca_pem();
    auto visitor = Client::connect(server.url(), options);
    ASSERT_TRUE(visitor) << to_string(visitor.error());
    ASSERT_TRUE(visitor->send_message("ping"));
    const auto pong = visitor->receive(testing::patience);
    ASSERT_TRUE(pong) << to_string(pong.error());
    EXPECT_EQ(pong->text(), "pong");
    EXPECT_TRUE(visitor->close());
  }
}

void run(bool tls) {
  Tally tally;
  auto server = Server::start({.tls = tls,
                               .script = [&](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
                                 if (message.payload == "ping") return {{.binary = false, .payload = "pong"}};
                                 tally.count(message.payload);
                                 return {};
                               },
                               .received_limit = 10});
  ASSERT_TRUE(server) << to_string(server.error());
  Runtime runtime{2};
  Options options;
  options.runtime = &runtime;
  options.tls.ca_pem = server->ca_pem();
  auto client = Client::connect(server->url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  {
    std::atomic<int> left{visitors};
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) workers.emplace_back([&, i] { send_all(*client, i); });
    for (int i = 0; i < 2; ++i) workers.emplace_back([&] { come_and_go(*server, runtime, left); });
  }
  for (int i = 0; i < 20'000 && !tally.complete(); ++i) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(tally.complete());
  EXPECT_EQ(tally.wrong, 0);
  EXPECT_EQ(client->get_state_metrics().messages_out, std::uint64_t{threads} * messages);
}

TEST(AcceptedMessagesArriveOnce, over_tcp) { run(false); }
TEST(AcceptedMessagesArriveOnce, over_tls) { run(true); }

}  // namespace
}  // namespace zenws

// A server that answers every request, but too late, or twice.
#include <mutex>

#include <zenws/asio.hpp>

#include "faults/fault.hpp"
#include "support/json_rpc.hpp"

namespace zenws::testing {
namespace {

struct LateAnswers : Fault {
  // What is answered at once, or kept until release().
  struct Desk {
    std::mutex mutex;
    std::vector<std::string> kept;
    bool holds = false;
    int copies = 1;
  } desk;
  Server server = *Server::start({.script = [this](const ReceivedMessage& message) { return answer(message); }});
  LogOf<std::string> unmatched;

  std::vector<Reply> answer(const ReceivedMessage& message) {
    const auto id = id_of(message);
    if (!id) return {};
    const Reply reply{false, testing::answer(*id)};
    const std::lock_guard lock{desk.mutex};
    if (!desk.holds) return std::vector<Reply>(static_cast<std::size_t>(desk.copies), reply);
    desk.kept.push_back(reply.payload);
    return {};
  }
  void hold(bool holds) {
    const std::lock_guard lock{desk.mutex};
    desk.holds = holds;
  }
  std::vector<std::string> kept() {
    const std::lock_guard lock{desk.mutex};
    return desk.kept;
  }
  Options listening() {
    Options listening = options();
    listening.handler = overloaded{
        [this](const UnmatchedResponse& response) { unmatched.add(std::string{response.text}); }, [](const auto&) {}};
    return listening;
  }
  // Waits for n answers, each "in time" or the error's text.
  Lines ask(Client& client, int n, std::chrono::milliseconds timeout) {
    LogOf<std::string> ended;
    for (int i = 0; i < n; ++i) {
      async_request(
          client, "public/get_time",
          [&](const Result<Response>& response) {
            ended.add(response ? "in time" : response.error().code().message());
          },
          {}, timeout);
    }
    EXPECT_TRUE(ended.wait_for_size(static_cast<std::size_t>(n)));
    return ended.all();
  }
};

TEST_F(LateAnswers, end_as_timeouts_then_reach_the_handler_and_the_connection_lives) {
  auto client = Client::connect(server.url(), listening());
  ASSERT_TRUE(client) << to_string(client.error());
  hold(true);
  EXPECT_EQ(ask(*client, 50, 30ms), Lines(50, make_error_code(errc::timeout).message()));
  ASSERT_TRUE(eventually([&] { return kept().size() == 50; }));
  hold(false);
  for (const std::string& answer : kept()) server.inject_message(answer);
  ASSERT_TRUE(unmatched.wait_for_size(50));
  EXPECT_EQ(unmatched.all(), kept());
  EXPECT_EQ(ask(*client, 1, patience), Lines{"in time"});
  const StateMetrics metrics = client->get_state_metrics();
  EXPECT_EQ(metrics.request_timeouts, 50U);
  EXPECT_EQ(metrics.unmatched_responses, 50U);
  EXPECT_EQ(metrics.pending_requests_size, 0U);
  EXPECT_EQ(lines(), Lines{"connected 1"});
}

TEST_F(LateAnswers, given_twice_are_an_answer_and_an_unmatched_one) {
  desk.copies = 2;
  auto client = Client::connect(server.url(), listening());
  ASSERT_TRUE(client);
  EXPECT_EQ(ask(*client, 20, patience), Lines(20, "in time"));
  ASSERT_TRUE(unmatched.wait_for_size(20));
  EXPECT_EQ(client->get_state_metrics().unmatched_responses, 20U);
  EXPECT_EQ(lines(), Lines{"connected 1"});
}

TEST_F(LateAnswers, to_what_was_asked_on_a_lost_connection_are_nobodys) {
  auto client = Client::connect(server.url(), listening());
  ASSERT_TRUE(client);
  hold(true);
  LogOf<std::string> ended;
  async_request(*client, "private/buy", [&](const Result<Response>& response) {
    ended.add(response ? "answered" : response.error().code().message());
  });
  ASSERT_TRUE(eventually([&] { return kept().size() == 1; }));
  hold(false);
  server.simulate_disconnect(Disconnect::going_away());
  ASSERT_TRUE(sees("connected 2"));
  server.inject_message(kept().at(0));  // a server that remembers its clients
  ASSERT_TRUE(unmatched.wait_for(kept().at(0)));
  EXPECT_EQ(ended.all(), Lines{make_error_code(errc::disconnected).message()}) << "it had ended, and ends once";
}

}  // namespace
}  // namespace zenws::testing

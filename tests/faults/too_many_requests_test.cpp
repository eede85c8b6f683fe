// A busy server is left alone for as long as it asks.
#include <future>

#include "faults/fault.hpp"

namespace zenws::testing {
namespace {

// The first delay that the client announces when its first upgrade is refused with this.
std::chrono::milliseconds announced(int status, const std::string& retry_after) {
  auto server =
      Server::start({.faults = {.refuse_upgrade = HttpResponse{status, "Busy", {{"Retry-After", retry_after}}, {}}}});
  EXPECT_TRUE(server);
  LogOf<std::chrono::milliseconds> delays;
  Options options;
  options.jitter = 0;
  options.retry_delay = 2s;
  options.connect_deadline = 200ms;  // the wait itself is not the matter
  options.on_lifecycle = [&](const Lifecycle& event) {
    if (const auto* again = std::get_if<Reconnecting>(&event)) delays.add(again->delay);
  };
  const auto client = Client::connect(server->url(), options);
  EXPECT_FALSE(client);
  EXPECT_EQ(server->accepted(), 1U);
  return delays.size() == 1 ? delays.all()[0] : -1ms;
}

TEST(RetryAfter, is_honoured_when_it_is_longer_than_the_backoff) {
  EXPECT_EQ(announced(429, "600"), 600s);
  EXPECT_EQ(announced(503, "90"), 90s);
  EXPECT_EQ(announced(503, "Fri, 31 Dec 9999 23:59:59 GMT"), 24h);
}

TEST(RetryAfter, does_not_shorten_the_backoff) {
  EXPECT_EQ(announced(429, "0"), 2s);
  EXPECT_EQ(announced(429, "1"), 2s);
  EXPECT_EQ(announced(503, "Sun, 06 Nov 1994 08:49:37 GMT"), 2s);
  EXPECT_EQ(announced(503, "soon"), 2s);
  EXPECT_EQ(announced(502, "600"), 2s) << "means nothing with another status";
}

struct TooManyRequests : Fault {};

TEST_F(TooManyRequests, are_followed_by_the_pause_that_the_server_asked_for) {
  Server server =
      *Server::start({.faults = {.refuse_upgrade = HttpResponse{429, "Too Many", {{"Retry-After", "1"}}, {}}}});
  breaks();
  auto connecting = std::async([&] { return Client::connect(server.url(), options()); });
  ASSERT_TRUE(sees("reconnecting 1"));
  server.set_faults({});
  const auto client = connecting.get();
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_EQ(lines(), (Lines{"reconnecting 1", "connected 1"}));
  EXPECT_EQ(server.accepted(), 2U) << "left alone in between";
  tell("429 with Retry-After: 1", "reconnecting", "connected", " asked for 1000 ms");
}

}  // namespace
}  // namespace zenws::testing

// A busy server is left alone for as long as it asks.
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

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

}  // namespace
}  // namespace zenws

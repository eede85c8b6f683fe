// reconnect() gives a new client with the old one's URL, options and callbacks, and nothing else of it.
#include <thread>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

struct Reconnect : ::testing::Test {
  Server server = *Server::start();
  LogOf<std::string> events;

  Options options() {
    Options options;
    options.headers = {{"X-Key", "k"}};
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    return options;
  }
};

TEST_F(Reconnect, closes_the_old_client_and_opens_a_new_one_like_it) {
  auto old = Client::connect(server.url("/a?token=t"), options());
  ASSERT_TRUE(old) << to_string(old.error());
  ASSERT_TRUE(old->send_message("one"));
  auto fresh = old->reconnect();
  ASSERT_TRUE(fresh) << to_string(fresh.error());
  EXPECT_EQ(old->get_state(), State::disconnected);
  EXPECT_EQ(fresh->get_state(), State::connected);
  EXPECT_NE(fresh->id(), old->id());
  EXPECT_EQ(fresh->get_state_metrics().epoch, 1U);
  EXPECT_EQ(fresh->get_state_metrics().messages_out, 0U);
  EXPECT_EQ(events.all(), (std::vector<std::string>{"connected 1", "disconnected 1000", "stopped", "connected 1"}));
  ASSERT_EQ(server.upgrades().size(), 2U);
  for (const testing::UpgradeSeen& seen : server.upgrades()) {
    EXPECT_EQ(seen.target, "/a?token=t");
    EXPECT_NE(std::ranges::find(seen.headers, Header{"X-Key", "k"}), seen.headers.end());
  }
}

TEST_F(Reconnect, brings_back_a_client_that_has_ended) {
  auto old = Client::connect(server.url(), options());
  ASSERT_TRUE(old) << to_string(old.error());
  server.simulate_disconnect(testing::Disconnect::code(1008));
  ASSERT_TRUE(events.wait_for("stopped"));
  auto fresh = old->reconnect();
  ASSERT_TRUE(fresh) << to_string(fresh.error());
  EXPECT_TRUE(fresh->send_message("hello"));
}

TEST_F(Reconnect, fails_as_connect_does) {
  auto old = Client::connect(server.url(), options());
  ASSERT_TRUE(old) << to_string(old.error());
  server.set_faults({.refuse_upgrade = HttpResponse{401, "Unauthorized", {}, {}}});
  const auto fresh = old->reconnect();
  ASSERT_FALSE(fresh);
  EXPECT_EQ(fresh.error(), errc::upgrade_rejected);
  EXPECT_EQ(old->get_state(), State::disconnected);
}

TEST_F(Reconnect, ends_requests_that_wait_with_closed) {
  server.set_script([](const testing::ReceivedMessage&) { return std::vector<testing::Reply>{}; });
  auto old = Client::connect(server.url(), options());
  ASSERT_TRUE(old) << to_string(old.error());
  LogOf<std::string> ends;
  std::jthread asking{[&] { ends.add(to_string(old->request("wait").error())); }};
  ASSERT_TRUE(assert_message_sent(server, testing::json_subset(R"({"method":"wait"})"), testing::patience));
  ASSERT_TRUE(old->reconnect());
  ASSERT_TRUE(ends.wait_for_size(1));
  EXPECT_TRUE(ends.all()[0].contains("closed")) << ends.all()[0];
}

TEST_F(Reconnect, does_not_wait_for_itself_on_the_loop) {
  LogOf<Error> errors;
  Options how = options();
  how.on_connect = [&](const ClientRef& ref) { errors.add(ref.lock()->reconnect().error()); };
  auto client = Client::connect(server.url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_EQ(errors.all()[0], errc::would_deadlock);
  EXPECT_EQ(client->get_state(), State::connected);
}

}  // namespace
}  // namespace zenws

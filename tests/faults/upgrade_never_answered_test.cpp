// A server that takes the connection and never answers the upgrade.
#include <future>

#include "faults/fault.hpp"

namespace zenws::testing {
namespace {

struct UpgradeNeverAnswered : Fault {
  Options hurried() {
    Options hurried = options();
    hurried.timeout = 60ms;
    hurried.on_lifecycle = [this, tell = hurried.on_lifecycle](const Lifecycle& event) {
      if (const auto* again = std::get_if<Reconnecting>(&event)) reasons.add(again->error);
      tell(event);
    };
    return hurried;
  }
  LogOf<Error> reasons;
};

TEST_F(UpgradeNeverAnswered, costs_one_timeout_an_attempt) {
  Server server = *Server::start({.faults = {.delay_upgrade = 1h}});
  breaks();
  auto connecting = std::async([&] { return Client::connect(server.url(), hurried()); });
  ASSERT_TRUE(sees("reconnecting 2"));
  mends();
  server.set_faults({});
  const auto client = connecting.get();
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_EQ(lines(), (Lines{"reconnecting 1", "connected 1"}));
  for (const Error& reason : reasons.all()) {
    EXPECT_EQ(reason, errc::timeout);
    EXPECT_EQ(reason.phase(), Phase::upgrade);
  }
  tell("upgrade never answered, timeout 60 ms", "reconnecting", "connected");
}

TEST_F(UpgradeNeverAnswered, after_a_loss_is_the_same) {
  Server server = *Server::start();
  const auto client = Client::connect(server.url(), hurried());
  ASSERT_TRUE(client) << to_string(client.error());
  server.set_faults({.delay_upgrade = 1h});
  server.simulate_disconnect(Disconnect::going_away());
  ASSERT_TRUE(sees("reconnecting 3"));
  EXPECT_EQ(reasons.all().back(), errc::timeout);
  server.set_faults({});
  ASSERT_TRUE(sees("connected 2"));
  EXPECT_EQ(server.open_connections(), 1U) << "the attempts that hung are gone";
}

}  // namespace
}  // namespace zenws::testing

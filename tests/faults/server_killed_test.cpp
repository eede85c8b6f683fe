// The server's process is killed, stays away for a while, and comes back on the same port with an empty memory.
#include <thread>

#include "faults/fault.hpp"
#include "faults/server_apart.hpp"

namespace zenws::testing {
namespace {

struct ServerKilled : Fault {};

TEST_F(ServerKilled, and_restarted_on_the_same_port_has_its_client_back_subscribed) {
  std::optional<ServerApart> server{std::in_place};
  const auto port = server->port();
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->subscribe_and_wait({"A", "B"}));
  breaks();
  server->kill();
  ASSERT_TRUE(sees("reconnecting 3")) << "it goes on trying";
  EXPECT_EQ(client->get_state(), State::reconnecting);
  mends();
  server.emplace(port);
  ASSERT_EQ(server->port(), port);
  ASSERT_TRUE(sees("restored A B"));
  Lines seen = lines();
  ASSERT_EQ(seen.size(), 6U);
  EXPECT_TRUE(seen[1].starts_with("lost: ")) << "FIN or RST, as the kernel pleases: " << seen[1];
  seen.erase(seen.begin() + 1);
  EXPECT_EQ(seen, (Lines{"connected 1", "reconnecting 1", "connected 2", "degraded A B", "restored A B"}));
  tell("server killed and restarted", "lost", "restored");
}

TEST_F(ServerKilled, during_a_request_ends_it_once_and_it_is_not_sent_again) {
  Server server = *Server::start({.script = [](const ReceivedMessage&) { return std::vector<Reply>{}; }});
  const auto port = server.port();
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  LogOf<std::string> ended;
  std::jthread asks{[&] { ended.add(to_string(client->request("private/buy").error())); }};
  ASSERT_TRUE(assert_message_sent(server, json_subset(R"({"method":"private/buy"})"), patience));
  breaks();
  server.stop();
  ASSERT_TRUE(ended.wait_for_size(1));
  mends();
  server = *Server::start({.port = port});
  ASSERT_TRUE(sees("connected 2"));
  ASSERT_TRUE(client->send_message("ping"));
  ASSERT_TRUE(assert_message_sent(server, "ping", patience));
  EXPECT_EQ(server.received_count(), 1U) << "the order is not sent twice";
  EXPECT_NE(ended.all()[0].find(make_error_code(errc::disconnected).message()), std::string::npos) << ended.all()[0];
  tell("server stopped during a request", "lost", "connected");
}

}  // namespace
}  // namespace zenws::testing

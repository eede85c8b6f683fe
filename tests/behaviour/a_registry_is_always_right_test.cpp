// on_connect and on_disconnect come in pairs, around every connection, however it begins and ends.
#include <memory>
#include <optional>
#include <stdexcept>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/log.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Disconnect;
using testing::LogOf;
using testing::Server;
using Words = std::vector<std::string>;

struct ARegistry : ::testing::Test {
  Server server = *Server::start();
  LogOf<std::string> events;  // the registry's and the lifecycle's, in their order
  LogOf<ClientRef> refs;

  Options options() {
    Options options;
    options.retry_delay = 1ms;
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    options.on_connect = [this](const ClientRef& ref) {
      refs.add(ref);
      events.add("join");
    };
    options.on_disconnect = [this](const ClientRef& ref) {
      refs.add(ref);
      events.add("leave");
    };
    return options;
  }
};

TEST_F(ARegistry, is_told_of_every_open_and_every_loss) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_EQ(events.all(), (Words{"connected 1", "join"}));
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  ASSERT_TRUE(events.wait_for_size(7));
  server.simulate_disconnect(Disconnect::code(1008));
  ASSERT_TRUE(events.wait_for("stopped"));
  EXPECT_EQ(events.all(), (Words{"connected 1", "join", "leave", "disconnected 1006", "reconnecting 1", "connected 2",
                                 "join", "leave", "disconnected 1008", "stopped"}));
  for (const ClientRef& ref : refs.all()) EXPECT_EQ(ref.id(), client->id());
}

TEST_F(ARegistry, has_nobody_left_when_close_returns) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(client->close());
  EXPECT_TRUE(client->close());
  EXPECT_EQ(events.all(), (Words{"connected 1", "join", "leave", "disconnected 1000", "stopped"}));
}

TEST_F(ARegistry, has_nobody_left_when_the_last_handle_has_gone) {
  Options how = options();
  LogOf<bool> alive;
  how.on_disconnect = [&](const ClientRef& ref) {
    alive.add(ref.lock().has_value());
    events.add("leave");
  };
  {
    auto client = Client::connect(server.url(), how);
    ASSERT_TRUE(client) << to_string(client.error());
  }
  EXPECT_EQ(events.all(), (Words{"connected 1", "join", "leave"}));
  EXPECT_EQ(alive.all(), std::vector<bool>{false});
  EXPECT_FALSE(refs.all()[0].lock());
}

TEST_F(ARegistry, has_nobody_left_when_the_runtime_has_ended) {
  auto runtime = std::make_unique<Runtime>(1);
  Options how = options();
  how.runtime = runtime.get();
  auto client = Client::connect(server.url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  runtime.reset();
  EXPECT_EQ(events.all()[2], "leave");
  EXPECT_EQ(refs.size(), 2U);
}

TEST_F(ARegistry, is_told_inside_the_handler_that_closes) {
  Options how = options();
  how.handler = [&](const Message&) {
    EXPECT_TRUE(refs.all()[0].lock()->close());
    EXPECT_EQ(events.all().back(), "leave");
    events.add("closed");
  };
  auto client = Client::connect(server.url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  server.inject_message("x");
  ASSERT_TRUE(events.wait_for("closed"));
  EXPECT_TRUE(client->close());
  EXPECT_EQ(events.all(), (Words{"connected 1", "join", "leave", "closed"}));
}

TEST_F(ARegistry, may_close_the_client_that_joins) {
  Options how = options();
  how.on_connect = [&](const ClientRef& ref) {
    events.add("join");
    EXPECT_TRUE(ref.lock()->close());
  };
  auto client = Client::connect(server.url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(client->close());
  EXPECT_EQ(events.all(), (Words{"connected 1", "join", "leave"}));
}

TEST_F(ARegistry, does_not_hear_of_a_client_that_was_closed_in_connected) {
  Options how = options();
  std::optional<Client> first;
  how.on_lifecycle = [&](const Lifecycle& event) {
    events.add(testing::words(event));
    if (const auto* open = std::get_if<Connected>(&event); open != nullptr && open->epoch == 2) {
      EXPECT_TRUE(first->close());
    }
  };
  auto client = Client::connect(server.url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  first = *client;
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  EXPECT_TRUE(client->close());
  EXPECT_EQ(events.all(),
            (Words{"connected 1", "join", "leave", "disconnected 1006", "reconnecting 1", "connected 2"}));
}

TEST_F(ARegistry, does_not_hear_of_a_client_that_never_opened) {
  server.set_faults({.refuse_upgrade = HttpResponse{403, "Forbidden", {}, {}}});
  EXPECT_FALSE(Client::connect(server.url(), options()));
  EXPECT_EQ(events.all(), Words{"stopped"});
}

TEST_F(ARegistry, sends_by_what_it_was_given) {
  Options how = options();
  how.on_connect = [](const ClientRef& ref) { EXPECT_TRUE(ref.lock()->send_message("hello")); };
  auto client = Client::connect(server.url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(assert_message_sent(server, "hello", testing::patience));
}

TEST_F(ARegistry, that_throws_changes_nothing) {
  LogOf<std::string> lines;
  set_logger([&](LogLevel, std::string_view line) { lines.add(std::string{line}); });
  Options how = options();
  how.on_connect = how.on_disconnect = [](const ClientRef&) { throw std::runtime_error{"registry"}; };
  {
    auto client = Client::connect(server.url(), how);
    ASSERT_TRUE(client) << to_string(client.error());
    server.simulate_disconnect(Disconnect::abrupt());
    ASSERT_TRUE(events.wait_for("connected 2"));
    EXPECT_TRUE(client->close());
    EXPECT_EQ(client->get_state_metrics().handler_failures, 4U);
  }
  set_logger({});
  for (const std::string& line : lines.all()) EXPECT_TRUE(line.ends_with("Lifecycle callback error: registry")) << line;
  EXPECT_EQ(lines.size(), 4U);
}

TEST_F(ARegistry, asks_a_client_that_is_lost_and_hears_that_it_is_not_connected) {
  LogOf<std::string> states;
  Options how = options();
  how.on_disconnect = [&](const ClientRef& ref) { states.add(std::string{to_string(ref.lock()->get_state())}); };
  auto client = Client::connect(server.url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  server.simulate_disconnect(Disconnect::code(1008));
  ASSERT_TRUE(events.wait_for("stopped"));
  EXPECT_EQ(states.all(), (Words{"reconnecting", "disconnected"}));
}

TEST_F(ARegistry, knows_clients_by_their_id) {
  auto one = Client::connect(server.url());
  auto two = Client::connect(server.url());
  ASSERT_TRUE(one && two);
  const Client copy = *one;
  EXPECT_EQ(ClientRef{*one}, ClientRef{copy});
  EXPECT_NE(ClientRef{*one}, ClientRef{*two});
  EXPECT_EQ(ClientRef{*one}.lock()->id(), one->id());
}

}  // namespace
}  // namespace zenws

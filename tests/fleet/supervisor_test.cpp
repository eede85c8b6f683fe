// A supervisor's clients: how they are started, come back, and stop, each by itself.
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/runtime.hpp>
#include <zenws/supervisor.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/venue.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Disconnect;
using testing::eventually;
using testing::LogOf;
using testing::Server;
using Words = std::vector<std::string>;

// What ends this client no retry mends.
const Disconnect fatal = Disconnect::code(1008, "policy");

class Supervisor : public ::testing::Test {
 protected:
  Options options() {
    Options options{.retry_count = 0, .retry_delay = 1ms, .max_backoff = 4ms, .jitter = 0, .stable_after = 0ms};
    options.handler = [this](const Message&) { heard.add("message"); };
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    return options;
  }
  ClientSupervisor make(std::vector<ChildSpec> children = {}) {
    return *ClientSupervisor::create(
        {.children = std::move(children), .on_lifecycle = [this](const ClientRef& client, const Lifecycle& event) {
           seen.add(std::to_string(client.id()) + " " + testing::words(event));
         }});
  }
  bool sees(const Client& client, const std::string& what) {
    return seen.wait_for(std::to_string(client.id()) + " " + what);
  }

  Server server = *Server::start();
  LogOf<std::string> events;  // of the clients' own on_lifecycle
  LogOf<std::string> seen;    // of the supervisor's
  LogOf<std::string> heard;
};

TEST_F(Supervisor, starts_a_client_like_connect) {
  ClientSupervisor supervisor = make();
  Result<Client> client = supervisor.start_client(server.url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_EQ(client->get_state(), State::connected);
  EXPECT_EQ(supervisor.list_clients(), std::vector{ClientRef{*client}});
  EXPECT_TRUE(client->send_message("hi"));
  EXPECT_TRUE(heard.wait_for_size(1));
}

TEST_F(Supervisor, keeps_its_clients_when_the_users_handles_go) {
  ClientSupervisor supervisor = make();
  (void)*supervisor.start_client(server.url(), options());
  const auto clients = supervisor.list_clients();
  ASSERT_EQ(clients.size(), 1U);
  EXPECT_EQ(clients[0].lock()->get_state(), State::connected);
}

TEST_F(Supervisor, leaves_nothing_behind_when_a_start_fails) {
  server.set_faults({.refuse_upgrade = HttpResponse{.status = 401}});
  ClientSupervisor supervisor = make();
  const Result<Client> client = supervisor.start_client(server.url(), options());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::upgrade_rejected);
  EXPECT_TRUE(supervisor.list_clients().empty());
  EXPECT_EQ(events.all(), Words{"stopped"}) << "not restarted";
  EXPECT_EQ(server.open_connections(), 0U);
}

TEST_F(Supervisor, refuses_bad_input_with_the_broken_rule) {
  ClientSupervisor supervisor = make();
  EXPECT_EQ(supervisor.start_client("", options()).error().detail(), "URL is required");
  EXPECT_EQ(supervisor.start_client(server.url(), options(), {.max_restarts = -1}).error(), errc::invalid_config);
  EXPECT_EQ(supervisor.start_client(server.url(), options(), {.within = 0ms}).error(), errc::invalid_config);
  EXPECT_TRUE(supervisor.list_clients().empty());
}

TEST_F(Supervisor, starts_a_client_again_with_the_same_id_and_references) {
  ClientSupervisor supervisor = make();
  Client client = *supervisor.start_client(server.url(), options());
  const ClientRef before = supervisor.list_clients().at(0);
  server.simulate_disconnect(fatal);
  ASSERT_TRUE(sees(client, "connected 2"));
  EXPECT_EQ(supervisor.list_clients(), std::vector{before});
  EXPECT_EQ(before.lock()->get_state(), State::connected);
  EXPECT_TRUE(client.send_message("hi"));
  EXPECT_TRUE(heard.wait_for_size(1));
  EXPECT_EQ(events.all(), (Words{"connected 1", "disconnected 1008", "restarting 1", "connected 2"}));
  EXPECT_EQ(client.get_state_metrics().restarts, 1U);
}

TEST_F(Supervisor, starts_a_client_again_when_its_retries_are_used_up) {
  ClientSupervisor supervisor = make();
  Options patient = options();
  patient.retry_count = 2;
  patient.retry_policy = [](const Error&) { return Severity::recoverable; };
  Client client = *supervisor.start_client(server.url(), std::move(patient));
  server.set_faults({.refuse_upgrade = HttpResponse{.status = 503}});
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(sees(client, "restarting 2")) << "it fails to start, and begins once more with all retries";
  server.set_faults({});
  EXPECT_TRUE(sees(client, "connected 2"));
  const auto children = supervisor.children();
  ASSERT_EQ(children.size(), 1U);
  ASSERT_TRUE(children[0].last_error);
  EXPECT_EQ(*children[0].last_error, errc::max_reconnection_attempts);
}

TEST_F(Supervisor, starts_a_client_again_when_its_handler_failed) {
  ClientSupervisor supervisor = make();
  Options fragile = options();
  fragile.handler_failure = HandlerFailure::stop;
  fragile.handler = [](const Message&) { throw std::runtime_error{"oh"}; };
  Client client = *supervisor.start_client(server.url(), std::move(fragile));
  ASSERT_TRUE(client.send_message("hi"));
  EXPECT_TRUE(sees(client, "connected 2"));
}

TEST_F(Supervisor, restores_subscriptions_after_a_restart) {
  testing::Venue venue;
  server.set_script(venue.script());
  ClientSupervisor supervisor = make();
  Client client = *supervisor.start_client(server.url(), options());
  ASSERT_TRUE(client.subscribe_and_wait({"A", "B"}));
  server.simulate_disconnect(fatal);
  EXPECT_TRUE(sees(client, "restored A B"));
  EXPECT_EQ(venue.subscribed(2), (std::set<std::string>{"A", "B"}));
}

TEST_F(Supervisor, keeps_the_mailbox_over_a_restart) {
  ClientSupervisor supervisor = make();
  Options mailbox = options();
  mailbox.handler = {};
  Client client = *supervisor.start_client(server.url(), std::move(mailbox));
  ASSERT_TRUE(client.send_message("one"));
  ASSERT_TRUE(eventually([&] { return client.get_state_metrics().mailbox_size == 1; }));
  server.simulate_disconnect(fatal);
  ASSERT_TRUE(sees(client, "connected 2"));
  ASSERT_TRUE(client.send_message("two"));
  EXPECT_EQ(client.receive(20s)->text(), "echo: one");
  EXPECT_EQ(client.receive(20s)->text(), "echo: two");
}

TEST_F(Supervisor, stops_one_client_that_restarts_too_often_and_no_other) {
  const Server dead = *Server::start({.faults = {.refuse_upgrade = HttpResponse{.status = 403}}});
  ClientSupervisor supervisor = make(
      {{dead.url(), options(), {.name = "dead", .max_restarts = 3}}, {server.url(), options(), {.name = "alive"}}});
  const ClientRef broken = *supervisor.find("dead");
  ASSERT_TRUE(seen.wait_for(std::to_string(broken.id()) + " stopped"));
  EXPECT_TRUE(eventually([&] { return !supervisor.find("dead"); }));
  EXPECT_EQ(dead.accepted(), 4U) << "one start and three restarts";
  EXPECT_EQ(broken.lock(), std::nullopt) << "nobody holds it any more";
  const auto children = supervisor.children();
  ASSERT_EQ(children.size(), 1U);
  EXPECT_EQ(children[0].supervision.name, "alive");
  EXPECT_EQ(children[0].restarts, 0U);
}

TEST_F(Supervisor, tells_why_it_gave_a_client_up) {
  LogOf<Error> ends;
  Options last_words = options();
  last_words.on_lifecycle = [&](const Lifecycle& event) {
    if (const auto* stopped = std::get_if<Stopped>(&event)) ends.add(stopped->error);
  };
  ClientSupervisor supervisor = make();
  (void)*supervisor.start_client(server.url(), std::move(last_words), {.max_restarts = 0});
  server.simulate_disconnect(fatal);
  ASSERT_TRUE(ends.wait_for_size(1));
  const Error end = ends.all()[0];
  EXPECT_EQ(end, errc::max_reconnection_attempts);
  EXPECT_NE(end.detail().find("max_restarts"), std::string_view::npos) << end.detail();
  ASSERT_NE(end.cause(), nullptr);
  EXPECT_EQ(end.cause()->close()->code, 1008);
}

TEST_F(Supervisor, starts_fixed_children_without_waiting_for_them) {
  const Server silent = *Server::start({.faults = {.delay_upgrade = 1h}});
  ClientSupervisor supervisor =
      make({{silent.url(), options(), {.name = "silent"}}, {server.url(), options(), {.name = "main"}}});
  const ClientRef main = *supervisor.find("main");
  ASSERT_TRUE(seen.wait_for(std::to_string(main.id()) + " connected 1"));
  EXPECT_EQ(supervisor.list_clients().size(), 2U);
  EXPECT_EQ(supervisor.find("silent")->lock()->get_state(), State::connecting);
  EXPECT_FALSE(supervisor.find("nobody"));
}

TEST_F(Supervisor, restarts_a_fixed_child_whose_first_connection_fails) {
  server.set_faults({.refuse_upgrade = HttpResponse{.status = 503}});
  ClientSupervisor supervisor = make({{server.url(), options(), {.name = "main", .max_restarts = 1'000'000}}});
  ASSERT_TRUE(events.wait_for("restarting 3"));
  server.set_faults({});
  EXPECT_TRUE(events.wait_for("connected 1"));
}

TEST_F(Supervisor, with_one_invalid_child_starts_none) {
  const auto nothing = ClientSupervisor::create({.children = {{server.url(), options()}, {"http://x", options()}}});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().detail(), "Invalid URL format");
  const auto twins = ClientSupervisor::create(
      {.children = {{server.url(), options(), {.name = "a"}}, {server.url(), options(), {.name = "a"}}}});
  EXPECT_EQ(twins.error(), errc::invalid_config);
  EXPECT_EQ(server.accepted(), 0U);
}

TEST_F(Supervisor, refuses_a_second_client_of_the_same_name) {
  ClientSupervisor supervisor = make();
  ASSERT_TRUE(supervisor.start_client(server.url(), options(), {.name = "main"}));
  EXPECT_EQ(supervisor.start_client(server.url(), options(), {.name = "main"}).error(), errc::invalid_config);
  EXPECT_EQ(supervisor.list_clients().size(), 1U);
}

TEST_F(Supervisor, stops_a_client_for_good) {
  ClientSupervisor supervisor = make();
  Client client = *supervisor.start_client(server.url(), options(), {.restart = Restart::permanent});
  ASSERT_TRUE(supervisor.stop_client(client.id()));
  EXPECT_EQ(client.get_state(), State::disconnected);
  EXPECT_TRUE(supervisor.list_clients().empty());
  EXPECT_EQ(supervisor.stop_client(client.id()).error(), errc::not_found);
  EXPECT_EQ(server.closes().at(0).code, 1000);
}

TEST_F(Supervisor, stops_a_client_that_waits_for_its_restart) {
  ClientSupervisor supervisor = make();
  Options slow = options();
  slow.retry_delay = slow.max_backoff = 1h;
  Client client = *supervisor.start_client(server.url(), std::move(slow));
  server.simulate_disconnect(fatal);
  ASSERT_TRUE(sees(client, "restarting 1"));
  EXPECT_EQ(client.get_state(), State::reconnecting);
  EXPECT_TRUE(supervisor.stop_client(client.id()));
  EXPECT_EQ(events.all().back(), "stopped");
}

TEST_F(Supervisor, lets_the_user_close_a_client_for_good) {
  ClientSupervisor supervisor = make();
  Client client = *supervisor.start_client(server.url(), options(), {.restart = Restart::permanent});
  ASSERT_TRUE(client.close());
  EXPECT_TRUE(supervisor.list_clients().empty());
  EXPECT_EQ(events.all(), (Words{"connected 1", "disconnected 1000", "stopped"}));
}

TEST_F(Supervisor, does_not_restart_a_transient_client_that_the_server_closed_normally) {
  ClientSupervisor supervisor = make();
  Options once = options();
  once.reconnect_on_error = false;
  Options always = once;
  Client transient = *supervisor.start_client(server.url(), std::move(once));
  Client permanent = *supervisor.start_client(server.url(), std::move(always), {.restart = Restart::permanent});
  server.simulate_disconnect(Disconnect::normal());
  EXPECT_TRUE(sees(transient, "stopped"));
  EXPECT_TRUE(sees(permanent, "connected 2"));
}

TEST_F(Supervisor, keeps_what_reconnect_makes_of_a_client) {
  ClientSupervisor supervisor = make();
  Client first = *supervisor.start_client(server.url(), options(), {.name = "main", .restart = Restart::permanent});
  Result<Client> second = first.reconnect();
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_NE(second->id(), first.id());
  EXPECT_EQ(supervisor.find("main"), ClientRef{*second});
  server.simulate_disconnect(fatal);
  EXPECT_TRUE(sees(*second, "connected 2"));
}

TEST_F(Supervisor, shuts_down_all_clients_and_starts_none_after_it) {
  ClientSupervisor supervisor = make({{server.url(), options()}, {server.url(), options()}});
  Client client = *supervisor.start_client(server.url(), options());
  ASSERT_TRUE(supervisor.shutdown());
  EXPECT_EQ(client.get_state(), State::disconnected);
  EXPECT_TRUE(supervisor.list_clients().empty());
  EXPECT_TRUE(eventually([&] { return server.open_connections() == 0; }));
  EXPECT_EQ(supervisor.start_client(server.url(), options()).error(), errc::closed);
  EXPECT_TRUE(supervisor.shutdown()) << "once more is nothing";
}

TEST_F(Supervisor, shuts_down_in_bounded_time_though_servers_do_not_answer) {
  const Server rude = *Server::start({.faults = {.ignore_close = true}});
  Options impatient = options();
  impatient.close_timeout = 10ms;
  ClientSupervisor supervisor = make();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(supervisor.start_client(rude.url(), impatient));
  EXPECT_TRUE(supervisor.shutdown());
  EXPECT_TRUE(supervisor.list_clients().empty());
}

TEST_F(Supervisor, tells_when_a_handler_keeps_it_from_shutting_down) {
  Runtime runtime;
  std::atomic<bool> blocked{false};
  std::atomic<bool> released{false};
  Options busy = options();
  busy.runtime = &runtime;
  busy.close_timeout = 1ms;
  busy.handler = [&](const Message&) {
    blocked = true;
    while (!released) std::this_thread::sleep_for(1ms);
  };
  ClientSupervisor supervisor = make();
  Client client = *supervisor.start_client(server.url(), std::move(busy));
  ASSERT_TRUE(client.send_message("hi"));
  ASSERT_TRUE(eventually([&] { return blocked.load(); }));
  EXPECT_EQ(supervisor.shutdown().error(), errc::timeout);
  released = true;
}

TEST_F(Supervisor, may_be_asked_anything_inside_a_handler) {
  ClientSupervisor supervisor = make();
  LogOf<std::string> said;
  Options curious = options();
  curious.handler = [&](const Message&) {
    said.add(to_string(supervisor.start_client(server.url()).error().code() == make_error_code(errc::would_deadlock)
                           ? State::connected
                           : State::disconnected)
                 .data());
    for (const ClientRef& client : supervisor.list_clients()) (void)supervisor.stop_client(client.id());
    (void)supervisor.shutdown();
  };
  Client client = *supervisor.start_client(server.url(), std::move(curious));
  ASSERT_TRUE(client.send_message("hi"));
  EXPECT_TRUE(said.wait_for("connected"));
  EXPECT_TRUE(eventually([&] { return supervisor.list_clients().empty(); }));
}

TEST_F(Supervisor, may_go_before_its_clients) {
  std::optional<Client> client;
  {
    ClientSupervisor supervisor = make();
    client = *supervisor.start_client(server.url(), options());
  }
  EXPECT_EQ(client->get_state(), State::disconnected);
  EXPECT_EQ(client->reconnect().error(), errc::closed);
}

TEST_F(Supervisor, contains_what_on_lifecycle_throws) {
  auto supervisor = ClientSupervisor::create(
      {.on_lifecycle = [](const ClientRef&, const Lifecycle&) { throw std::runtime_error{"oh"}; }});
  Client client = *supervisor->start_client(server.url(), options());
  server.simulate_disconnect(fatal);
  EXPECT_TRUE(events.wait_for("connected 2"));
  ASSERT_TRUE(supervisor->stop_client(client.id()));
  EXPECT_TRUE(supervisor->list_clients().empty()) << "it knows the end all the same";
  EXPECT_GE(client.get_state_metrics().handler_failures, 5U);
}

TEST_F(Supervisor, ends_its_clients_with_their_runtime) {
  ClientSupervisor supervisor = make();
  {
    Runtime runtime;
    Options on_it = options();
    on_it.runtime = &runtime;
    ASSERT_TRUE(supervisor.start_client(server.url(), std::move(on_it), {.restart = Restart::permanent}));
  }
  EXPECT_TRUE(supervisor.list_clients().empty());
}

}  // namespace
}  // namespace zenws

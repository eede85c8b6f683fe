// The public face: starting, injecting, what was seen, scripts, stopping.
#include <atomic>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <sys/resource.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "testing/open_client.hpp"

namespace zenws::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> payloads(const Server& server) {
  std::vector<std::string> found;
  for (auto& message : server.received()) found.push_back(std::move(message.payload));
  return found;
}

TEST(ServerStart, listens_on_a_free_port_that_the_url_names) {
  const auto server = Server::start();
  ASSERT_TRUE(server);
  EXPECT_NE(server->port(), 0);
  EXPECT_EQ(server->url("/feed?x=1"), "ws://127.0.0.1:" + std::to_string(server->port()) + "/feed?x=1");
  EXPECT_EQ(server->ca_pem(), "");
  EXPECT_TRUE(RawClient{server->port()}.connected());
}

TEST(ServerStart, listens_on_another_address_that_the_url_names) {
  const auto server = Server::start({.address = "127.0.0.2"});
  ASSERT_TRUE(server) << to_string(server.error());
  EXPECT_EQ(server->url(), "ws://127.0.0.2:" + std::to_string(server->port()) + "/");
  EXPECT_FALSE(RawClient{server->port()}.connected()) << "not on 127.0.0.1";
  const auto nowhere = Server::start({.address = "nowhere"});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code(), std::errc::invalid_argument);
  EXPECT_THAT(std::string{nowhere.error().detail()}, HasSubstr("nowhere"));
}

TEST(ServerStart, says_so_when_the_port_is_taken) {
  const auto first = Server::start();
  ASSERT_TRUE(first);
  const auto second = Server::start({.port = first->port()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), std::errc::address_in_use);
  EXPECT_THAT(std::string{second.error().detail()}, HasSubstr(std::to_string(first->port())));
}

TEST(ServerStop, closes_its_door_before_it_ends_who_is_there) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  const OpenClient inside{*server};
  ASSERT_EQ(server->open_connections(), 1U);
  server->stop_accepting();
  server->stop_accepting();
  EXPECT_FALSE(Client::connect(server->url(), {.retry_count = 0}));
  EXPECT_EQ(server->open_connections(), 1U);
}

TEST(ServerStart, can_have_the_port_of_a_stopped_server_at_once) {
  auto first = Server::start();
  ASSERT_TRUE(first);
  OpenClient client{*first};
  first->stop();
  const auto second = Server::start({.port = first->port()});
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_THAT(OpenClient{*second}.head, HasSubstr("101"));
}

TEST(ServerStart, says_so_when_no_descriptors_are_left) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer needs descriptors of its own";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "the sanitizer needs descriptors of its own";
#endif
#endif
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int first_free = ::dup(0);
  ::close(first_free);
  for (int spare = 0; spare < 8; ++spare) {
    const rlimit few{.rlim_cur = static_cast<rlim_t>(first_free + spare), .rlim_max = before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    const auto server = Server::start({.tls = true});
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    if (!server) {
      EXPECT_EQ(server.error().code(), std::errc::too_many_files_open) << to_string(server.error());
    }
    EXPECT_TRUE(server || spare < 7);
  }
}

TEST(ServerDefault, answers_ping_with_pong_and_echoes_the_rest) {
  const auto server = Server::start();
  OpenClient client{*server};
  EXPECT_THAT(client.head, HasSubstr(std::string{"Sec-WebSocket-Accept: "} + RawClient::accept));
  client.send_text("ping");
  client.send_text("hello");
  client.send(ws::Opcode::binary, "\x01\x02");
  EXPECT_EQ(client.read_frame(), text_frame("pong"));
  EXPECT_EQ(client.read_frame(), text_frame("echo: hello"));
  EXPECT_EQ(client.read_frame(), (RawFrame{true, ws::Opcode::binary, "\x01\x02"}));
}

TEST(ServerInject, reaches_every_open_connection) {
  auto server = Server::start();
  OpenClient one{*server}, two{*server};
  server->inject_message("text");
  server->inject_binary(std::as_bytes(std::span{"bin", 3}));
  server->inject_ping("are you there");
  server->inject_raw("\x81\x03raw");
  for (OpenClient* client : {&one, &two}) {
    EXPECT_EQ(client->read_frame(), text_frame("text"));
    EXPECT_EQ(client->read_frame(), (RawFrame{true, ws::Opcode::binary, "bin"}));
    EXPECT_EQ(client->read_frame(), (RawFrame{true, ws::Opcode::ping, "are you there"}));
    EXPECT_EQ(client->read_frame(), text_frame("raw"));
  }
}

TEST(ServerInject, is_never_lost_on_a_connection_whose_101_was_seen) {
  auto server = Server::start();
  for (int i = 0; i < 1000; ++i) {
    OpenClient client{*server};
    server->inject_message(std::to_string(i));
    ASSERT_EQ(client.read_payload(), std::to_string(i));
  }
}

TEST(ServerInject, cuts_a_ping_to_what_a_control_frame_may_hold) {
  auto server = Server::start();
  OpenClient client{*server};
  server->inject_ping(std::string(200, 'x'));
  EXPECT_EQ(client.read_payload(), std::string(125, 'x'));
}

TEST(ServerSendTo, reaches_the_one_connection_or_says_that_it_is_gone) {
  auto server = Server::start();
  OpenClient one{*server}, two{*server};
  EXPECT_TRUE(server->inject_message("for two", 2));
  EXPECT_FALSE(server->inject_message("for nobody", 3));
  server->inject_message("for all");
  EXPECT_EQ(one.read_payload(), "for all");
  EXPECT_EQ(two.read_payload(), "for two");
  one.send_close(1000);
  EXPECT_EQ(one.read_to_end(), WireEnd::fin);
  EXPECT_FALSE(server->inject_message("late", 1));
}

TEST(ServerReceived, keeps_order_kind_and_connection) {
  const auto server = Server::start();
  OpenClient one{*server}, two{*server};
  one.send_text("a");
  one.send(ws::Opcode::binary, "b");
  ASSERT_TRUE(eventually([&] { return server->received_count() == 2; }));
  two.send_text("c");
  ASSERT_TRUE(eventually([&] { return server->received_count() == 3; }));
  EXPECT_THAT(server->received(), ElementsAre(ReceivedMessage{1, false, "a"}, ReceivedMessage{1, true, "b"},
                                              ReceivedMessage{2, false, "c"}));
}

TEST(ServerReceived, counts_what_its_limit_has_forgotten) {
  const auto server = Server::start({.received_limit = 2});
  OpenClient client{*server};
  for (const char* text : {"1", "2", "3"}) client.send_text(text);
  ASSERT_TRUE(eventually([&] { return server->received_count() == 3; }));
  EXPECT_THAT(payloads(*server), ElementsAre("2", "3"));
}

TEST(ServerSeen, tells_upgrades_pongs_and_closes) {
  const auto server = Server::start({.subprotocols = {"v2", "v1"}});
  RawClient client{server->port()};
  const std::string head = client.upgrade("/feed?a=b", "Sec-WebSocket-Protocol: v0, v1\r\nAuthorization: secret\r\n");
  EXPECT_THAT(head, HasSubstr("Sec-WebSocket-Protocol: v1\r\n"));
  client.send(ws::Opcode::pong, "still here");
  client.send_close(4001, "bye");
  EXPECT_EQ(client.read_close(), 4001);
  EXPECT_EQ(client.read_to_end(), WireEnd::fin);
  EXPECT_THAT(server->pongs(), ElementsAre("still here"));
  EXPECT_THAT(server->closes(), ElementsAre(CloseReason{4001, "bye"}));
  ASSERT_EQ(server->upgrades().size(), 1U);
  const UpgradeSeen upgrade = server->upgrades().front();
  EXPECT_EQ(upgrade.target, "/feed?a=b");
  EXPECT_THAT(upgrade.subprotocols, ElementsAre("v0", "v1"));
  EXPECT_THAT(upgrade.headers, ::testing::Contains(Header{"Authorization", "secret"}));
}

TEST(ServerSeen, counts_connections_accepted_and_open) {
  const auto server = Server::start();
  EXPECT_EQ(server->accepted(), 0U);
  OpenClient one{*server}, two{*server};
  EXPECT_EQ(server->accepted(), 2U);
  EXPECT_EQ(server->open_connections(), 2U);
  one.send_close(1000);
  EXPECT_EQ(one.read_to_end(), WireEnd::fin);
  EXPECT_EQ(server->open_connections(), 1U);
}

TEST(ServerScript, replies_in_order_on_the_same_connection) {
  const auto server = Server::start({.script = [](const ReceivedMessage& message) {
    return std::vector<Reply>{{false, "1 " + message.payload}, {true, "2"}};
  }});
  OpenClient client{*server};
  client.send_text("x");
  EXPECT_EQ(client.read_frame(), text_frame("1 x"));
  EXPECT_EQ(client.read_frame(), (RawFrame{true, ws::Opcode::binary, "2"}));
}

TEST(ServerScript, can_be_replaced_even_by_itself) {
  auto server = Server::start();
  OpenClient client{*server};
  server->set_script([&server](const ReceivedMessage&) {
    server->set_script([](const ReceivedMessage&) { return std::vector<Reply>{{false, "second"}}; });
    return std::vector<Reply>{{false, "first"}};
  });
  client.send_text("x");
  client.send_text("y");
  EXPECT_EQ(client.read_payload(), "first");
  EXPECT_EQ(client.read_payload(), "second");
}

TEST(ServerScript, may_use_the_server) {
  auto server = Server::start();
  server->set_script([&server](const ReceivedMessage& message) {
    EXPECT_TRUE(assert_message_sent(*server, message.payload));
    EXPECT_FALSE(assert_message_sent(*server, "something else", 1h));  // would never return if it waited
    server->inject_message("injected");
    server->simulate_disconnect(Disconnect::code(4000));
    return std::vector<Reply>{{false, "too late"}};
  });
  OpenClient client{*server};
  client.send_text("x");
  EXPECT_EQ(client.read_payload(), "injected");
  EXPECT_EQ(client.read_close(), 4000);
}

TEST(ServerScript, that_throws_ends_its_connection_and_nothing_else) {
  auto server = Server::start({.script = [](const ReceivedMessage& message) -> std::vector<Reply> {
    if (message.payload == "odd") throw 1;
    throw std::runtime_error{"a bug in the script"};
  }});
  OpenClient one{*server}, two{*server}, three{*server};
  one.send_text("x");
  two.send_text("odd");
  EXPECT_EQ(one.read_close(), 1011);
  EXPECT_EQ(two.read_close(), 1011);
  server->inject_message("alive");
  EXPECT_EQ(three.read_payload(), "alive");
}

TEST(ServerPause, leaves_messages_unread_until_it_ends) {
  auto server = Server::start();
  OpenClient client{*server};
  server->pause_reading(true);
  client.send_text("while paused");
  OpenClient other{*server};  // by its answer the server's thread has been past the first client's bytes
  other.send_text("x");
  EXPECT_EQ(other.read_payload(), "echo: x");
  EXPECT_THAT(payloads(*server), ElementsAre("x"));
  server->pause_reading(false);
  EXPECT_EQ(client.read_payload(), "echo: while paused");
}

TEST(ServerStop, is_idempotent_and_received_still_answers) {
  auto server = Server::start();
  OpenClient client{*server};
  client.send_text("kept");
  EXPECT_EQ(client.read_payload(), "echo: kept");
  std::deque<std::jthread> stoppers;
  for (int i = 0; i < 4; ++i) stoppers.emplace_back([&] { server->stop(); });
  stoppers.clear();
  server->stop();
  EXPECT_NE(client.read_to_end(), WireEnd::silent);
  EXPECT_THAT(payloads(*server), ElementsAre("kept"));
  EXPECT_EQ(server->open_connections(), 0U);
  server->inject_message("nobody hears this");
  server->simulate_disconnect();
  server->set_faults({});
  EXPECT_FALSE(server->inject_message("gone", 1));
  EXPECT_FALSE(RawClient{server->port()}.connected());
}

TEST(ServerStop, works_inside_a_script) {
  auto server = Server::start();
  server->set_script([&server](const ReceivedMessage&) {
    server->stop();
    server->stop();
    return std::vector<Reply>{{false, "too late"}};
  });
  OpenClient client{*server};
  client.send_text("x");
  EXPECT_NE(client.read_to_end(), WireEnd::silent);
  EXPECT_EQ(client.unread(), "");
  server->stop();
}

TEST(ServerStop, a_script_may_destroy_the_server) {
  auto started = Server::start();
  std::optional<Server> server{*std::move(started)};
  std::atomic<bool> destroyed = false;
  server->set_script([&](const ReceivedMessage&) {
    server.reset();
    destroyed = true;
    return std::vector<Reply>{{false, "too late"}};
  });
  OpenClient client{*server};
  client.send_text("x");
  EXPECT_NE(client.read_to_end(), WireEnd::silent);
  EXPECT_TRUE(eventually([&] { return destroyed.load(); }));
}

TEST(ServerStop, is_safe_with_connections_in_every_state) {
  for (const bool tls : {false, true}) {
    auto server = Server::start({.tls = tls});
    RawClient silent{server->port()}, asking{server->port()}, waiting{server->port()}, closing{server->port()},
        half_open{server->port()}, flooding{server->port()};
    for (RawClient* client : {&asking, &waiting, &closing, &half_open, &flooding}) {
      if (tls) client->start_tls(server->ca_pem(), "localhost");
    }
    asking.write("GET / HT");
    half_open.upgrade();
    server->simulate_disconnect(Disconnect::half_open());
    closing.upgrade();
    server->simulate_disconnect();
    flooding.upgrade();
    flooding.send(ws::Opcode::binary, std::string(1 << 20, 'x'));
    server->set_faults({.delay_upgrade = std::chrono::milliseconds::max()});
    waiting.write("GET / HTTP/1.1\r\n");
    EXPECT_TRUE(eventually([&] { return server->received_count() == 1; }));
  }
}

TEST(ServerMove, assignment_stops_the_one_that_was_there) {
  auto first = Server::start(), second = Server::start();
  OpenClient client{*first};
  const auto port = second->port();
  *first = *std::move(second);
  EXPECT_NE(client.read_to_end(), WireEnd::silent);
  EXPECT_EQ(first->port(), port);
  EXPECT_THAT(OpenClient{*first}.head, HasSubstr("101"));
}

TEST(ServerThreads, all_functions_may_be_called_at_once) {
  auto server = Server::start();
  std::atomic<bool> over = false;
  std::deque<std::jthread> users;
  for (int i = 0; i < 2; ++i) {
    users.emplace_back([&] {
      while (!over) server->inject_message("x");
    });
  }
  users.emplace_back([&] {
    while (!over) {
      (void)server->received();
      (void)server->open_connections();
      (void)assert_message_sent(*server, "never sent", 0ms);
    }
  });
  for (int i = 0; i < 50; ++i) {
    OpenClient client{*server};
    client.send_text("ping");
    std::string answer = client.read_payload();
    while (answer == "x") answer = client.read_payload();
    EXPECT_EQ(answer, "pong");
  }
  over = true;
}

TEST(ServerFunctions, are_told_when_a_connection_opens_and_when_it_has_ended) {
  std::mutex mutex;
  std::vector<std::string> told;
  const auto tell = [&](const char* what, std::uint64_t connection) {
    const std::lock_guard lock{mutex};
    told.push_back(what + std::to_string(connection));
  };
  auto server = Server::start(
      {.on_open = [&](std::uint64_t id) { tell("open ", id); }, .on_end = [&](std::uint64_t id) { tell("end ", id); }});
  ASSERT_TRUE(server);
  {
    OpenClient first{*server};
    OpenClient second{*server};
    EXPECT_TRUE(server->simulate_disconnect(Disconnect::abrupt(), 1));
  }
  const auto all = [&] {
    const std::lock_guard lock{mutex};
    return told;
  };
  EXPECT_TRUE(eventually([&] { return all().size() == 4; }));
  EXPECT_THAT(all(), ElementsAre("open 1", "open 2", "end 1", "end 2"));
}

TEST(ServerFunctions, that_throw_are_logged_and_harm_nothing) {
  auto server = Server::start({.on_open = [](std::uint64_t) { throw std::runtime_error{"no"}; },
                               .on_end = [](std::uint64_t) { throw std::runtime_error{"no"}; }});
  ASSERT_TRUE(server);
  {
    const OpenClient client{*server};
  }
  EXPECT_TRUE(eventually([&] { return server->open_connections() == 0; }));
  EXPECT_TRUE(OpenClient{*server}.connected());
}

TEST(ServerCalls, run_on_the_servers_thread_at_once_or_later) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  std::thread::id now;
  server->call([&] { now = std::this_thread::get_id(); });
  EXPECT_NE(now, std::this_thread::get_id());
  std::promise<std::thread::id> later;
  server->call_after(1ms, [] { throw std::runtime_error{"is logged"}; });
  server->call_after(2ms, [&] { later.set_value(std::this_thread::get_id()); });
  EXPECT_EQ(later.get_future().get(), now);
}

TEST(ServerCalls, are_forgotten_when_the_server_stops) {
  const auto life = std::make_shared<int>(0);
  auto server = Server::start();
  ASSERT_TRUE(server);
  server->call_after(std::chrono::hours{1}, [life] {});
  EXPECT_EQ(life.use_count(), 2);
  server->stop();
  EXPECT_EQ(life.use_count(), 1);
  server->call_after(0ms, [life] {});
  EXPECT_EQ(life.use_count(), 1);
}

TEST(ServerHooks, may_refuse_an_upgrade_by_its_path) {
  auto server = Server::start({.on_upgrade = [](const UpgradeSeen& upgrade) -> std::optional<HttpResponse> {
    if (upgrade.target == "/throws") throw std::runtime_error{"is logged"};
    if (upgrade.target == "/feed") return std::nullopt;
    return HttpResponse{.status = 404, .reason = "no connection " + std::to_string(upgrade.connection)};
  }});
  ASSERT_TRUE(server);
  EXPECT_THAT(RawClient{server->port()}.upgrade("/other"), HasSubstr("404 no connection 1"));
  EXPECT_THAT(RawClient{server->port()}.upgrade("/feed"), HasSubstr("101"));
  EXPECT_THAT(RawClient{server->port()}.upgrade("/throws"), HasSubstr("101"));
}

TEST(ServerHooks, are_told_of_pings_and_pongs) {
  std::promise<std::string> ping;
  std::promise<std::string> pong;
  auto server = Server::start(
      {.on_ping = [&](std::uint64_t id,
                      std::string_view payload) { ping.set_value(std::to_string(id) + std::string{payload}); },
       .on_pong = [&](std::uint64_t id,
                      std::string_view payload) { pong.set_value(std::to_string(id) + std::string{payload}); }});
  ASSERT_TRUE(server);
  OpenClient client{*server};
  ASSERT_TRUE(client.send(ws::Opcode::ping, "are you there"));
  EXPECT_EQ(ping.get_future().get(), "1are you there");
  ASSERT_TRUE(client.send(ws::Opcode::pong, "here"));
  EXPECT_EQ(pong.get_future().get(), "1here");
}

TEST(ServerPing, goes_to_one_connection) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  OpenClient first{*server};
  OpenClient second{*server};
  EXPECT_TRUE(server->inject_ping("you", 2));
  EXPECT_EQ(second.read_frame(), (RawFrame{true, ws::Opcode::ping, "you"}));
  server->inject_message("both");
  EXPECT_EQ(first.read_frame(), text_frame("both")) << "it was not pinged";
  EXPECT_FALSE(server->inject_ping("nobody", 3));
}

}  // namespace
}  // namespace zenws::testing

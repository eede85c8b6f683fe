// `zenws connect` as its users run it, against a server that behaves and one that does not.
#include "connect/connect.hpp"

#include <cstddef>
#include <signal.h>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/testing/server.hpp>

#include "tools/child.hpp"

namespace zenws::program {
namespace {

using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::Contains;
using testing::Disconnect;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Server;

class ConnectTest : public ::testing::Test {
 protected:
  void start(testing::ServerOptions options = {}) {
    auto started = Server::start(std::move(options));
    ASSERT_TRUE(started) << to_string(started.error());
    server_ = std::make_unique<Server>(*std::move(started));
  }
  void SetUp() override { start(); }

  // The arguments of `zenws connect` to the server.
  [[nodiscard]] std::vector<std::string> to_server(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"connect", server_->url()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  // How a connection ends that the server ends so.
  Ended after(const Disconnect& how, std::vector<std::string> more = {}) {
    Child child{to_server(std::move(more))};
    EXPECT_TRUE(child.wait_for_err("connected"));
    server_->simulate_disconnect(how);
    return child.finish();
  }
  std::unique_ptr<Server> server_;
};

TEST_F(ConnectTest, sends_a_line_and_prints_the_answer) {
  const Ended ended = run(to_server({"--count", "1"}), "hi\n");
  EXPECT_EQ(ended.out, "echo: hi\n");
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok));
}

TEST_F(ConnectTest, sends_each_line_as_it_is_also_empty_and_unfinished_ones) {
  const Ended ended = run(to_server({"--count", "4"}), "ping\n\n  two \nlast");
  EXPECT_EQ(ended.out, "pong\necho: \necho:   two \necho: last\n");
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok));
}

TEST_F(ConnectTest, prints_no_more_messages_than_asked_for) {
  const Ended ended = run(to_server({"--count", "2"}), "1\n2\n3\n4\n5\n");
  EXPECT_EQ(ended.out, "echo: 1\necho: 2\n");
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok));
}

TEST_F(ConnectTest, answers_line_by_line_while_stdin_stays_open) {
  Child child{to_server()};
  child.type("one\n");
  EXPECT_TRUE(child.wait_for_out("echo: one\n"));
  child.type("two\n");
  EXPECT_TRUE(child.wait_for_out("echo: two\n"));
}

TEST_F(ConnectTest, stays_when_stdin_ends) {
  Child child{to_server()};
  child.end_input();
  ASSERT_TRUE(child.wait_for_err("connected"));
  server_->inject_message("still here");
  EXPECT_TRUE(child.wait_for_out("still here\n"));
}

TEST_F(ConnectTest, ends_after_the_time_given) {
  Child child{to_server({"--for", "100ms"})};  // with stdin open
  EXPECT_EQ(child.finish().exit_code, code_of(Exit::ok));
  EXPECT_THAT(server_->closes(), Contains(Field(&CloseReason::code, 1000)));
}

TEST_F(ConnectTest, closes_properly_on_ctrl_c_and_on_sigterm) {
  for (const int number : {SIGINT, SIGTERM}) {
    const std::size_t closes = server_->closes().size();
    Child child{to_server()};
    ASSERT_TRUE(child.wait_for_err("connected"));
    child.signal(number);
    EXPECT_EQ(child.finish().exit_code, code_of(Exit::ok));
    ASSERT_EQ(server_->closes().size(), closes + 1);
    EXPECT_EQ(server_->closes().back().code, 1000);
  }
}

TEST_F(ConnectTest, loses_nothing_when_the_server_reads_slowly) {
  // More than Options::send_queue_limit and what the kernel takes.
  constexpr std::size_t lines = 45'000;
  Child child{to_server({"--quiet", "--count", "1"})};
  ASSERT_TRUE(child.wait_until([&] { return server_->open_connections() == 1; }));
  server_->set_script([](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
    if (message.payload.starts_with(std::to_string(lines - 1) + " ")) return {{.binary = false, .payload = "all"}};
    return {};
  });
  server_->pause_reading(true);
  for (std::size_t i = 0; i < lines; ++i) child.type(std::to_string(i) + " " + std::string(1000, 'x') + "\n");
  // Until the child takes no more. (Should it only be slow, the test would see less, not fail.)
  std::size_t taken = 0;
  int idle = 0;
  ASSERT_TRUE(child.wait_until([&] {
    idle = child.written() == std::exchange(taken, child.written()) ? idle + 1 : 0;
    return idle == 25;
  }));
  EXPECT_LT(taken, lines * 1000) << "the send queue had room for all of it: give it more";
  server_->pause_reading(false);
  EXPECT_EQ(child.finish().out, "all\n");
  const auto received = server_->received();
  ASSERT_EQ(received.size(), lines);
  for (std::size_t i = 0; i < lines; ++i) {
    ASSERT_EQ(received[i].payload, std::to_string(i) + " " + std::string(1000, 'x'));
  }
}

TEST_F(ConnectTest, prints_all_that_came_before_the_close) {
  Child child{to_server()};
  ASSERT_TRUE(child.wait_for_err("connected"));
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    server_->inject_message(std::to_string(i));
    expected += std::to_string(i) + "\n";
  }
  server_->simulate_disconnect(Disconnect::normal());
  const Ended ended = child.finish();
  EXPECT_EQ(ended.out, expected);
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok));
}

// ---- how it ended

TEST_F(ConnectTest, ends_well_when_the_server_closes_normally) {
  EXPECT_EQ(after(Disconnect::normal()).exit_code, code_of(Exit::ok));
}

TEST_F(ConnectTest, calls_any_other_close_a_loss) {
  for (const int code : {1001, 1002, 1011, 4000}) {
    const Ended ended = after(Disconnect::code(static_cast<std::uint16_t>(code), "because"));
    EXPECT_EQ(ended.exit_code, code_of(Exit::lost)) << code;
    EXPECT_THAT(ended.err, AllOf(HasSubstr(std::to_string(code)), HasSubstr("because")));
  }
}

TEST_F(ConnectTest, calls_a_reset_a_loss) { EXPECT_EQ(after(Disconnect::abrupt()).exit_code, code_of(Exit::lost)); }

TEST_F(ConnectTest, blames_the_server_for_a_broken_frame) {
  Child child{to_server()};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server_->inject_raw("\xff\x00"s);
  EXPECT_EQ(child.finish().exit_code, code_of(Exit::protocol));
}

TEST_F(ConnectTest, tells_a_refusal_with_its_remedy) {
  start({.faults = {.refuse_upgrade = HttpResponse{.status = 401, .reason = "Unauthorized"}}});
  const Ended ended = run(to_server());
  EXPECT_EQ(ended.exit_code, code_of(Exit::unreachable));
  EXPECT_THAT(ended.err, AllOf(HasSubstr("401"), HasSubstr("docs/guide/errors.md")));
  EXPECT_EQ(ended.out, "");
}

TEST_F(ConnectTest, shows_what_a_refusal_says_but_no_secret_and_nothing_that_drives_the_terminal) {
  start({.faults = {.refuse_upgrade = HttpResponse{.status = 403,
                                                   .reason = "Forbidden",
                                                   .headers = {{"X-Why", "blocked"}, {"Set-Cookie", "sid=8899"}},
                                                   .body = "no entry for s3cr3t-key\n\x1b[2Jask us"}}});
  const Ended ended = run(to_server({"-H", "Authorization: Bearer s3cr3t-key"}));
  EXPECT_EQ(ended.exit_code, code_of(Exit::unreachable));
  EXPECT_THAT(ended.err, AllOf(HasSubstr("HTTP 403 Forbidden"), HasSubstr("X-Why: blocked"),
                               HasSubstr("| no entry for [REDACTED]"), HasSubstr("\\x1B[2Jask us")));
  EXPECT_THAT(ended.err, AllOf(Not(HasSubstr("s3cr3t")), Not(HasSubstr("8899")), Not(HasSubstr("\x1b"))));
}

TEST_F(ConnectTest, cannot_reach_an_unknown_host_or_a_closed_port) {
  EXPECT_EQ(run({"connect", "ws://no-such-host.invalid/"}).exit_code, code_of(Exit::unreachable));
  const std::string url = server_->url();
  server_->stop();
  EXPECT_EQ(run({"connect", url}).exit_code, code_of(Exit::unreachable));
}

TEST_F(ConnectTest, comes_back_when_asked_to_retry) {
  Child child{to_server({"--retry", "unlimited"})};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server_->simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(child.wait_until([&] { return server_->accepted() == 2 && server_->open_connections() == 1; }));
  child.type("again\n");
  EXPECT_TRUE(child.wait_for_out("echo: again\n"));
  EXPECT_THAT(child.err(), HasSubstr("trying again"));
}

TEST_F(ConnectTest, can_be_interrupted_before_the_connection_is_open) {
  start({.faults = {.delay_upgrade = std::chrono::hours{1}}});
  Child child{to_server({"--timeout", "1h"})};
  ASSERT_TRUE(child.wait_until([&] { return server_->accepted() == 1; }));
  child.signal(SIGINT);
  EXPECT_EQ(child.finish().exit_code, code_of(Exit::unreachable));
}

TEST_F(ConnectTest, can_be_ended_while_its_output_is_not_read) {
  const std::string large(std::size_t{1} << 20U, 'x');  // more than a pipe holds
  Child child{to_server()};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server_->inject_message(large);
  ASSERT_TRUE(child.wait_for_out("x"));
  child.pause_listening();
  child.signal(SIGINT);
  EXPECT_EQ(child.finish().exit_code, code_of(Exit::ok));

  Child timed{to_server({"--for", "500ms"})};
  ASSERT_TRUE(timed.wait_for_err("connected"));
  timed.pause_listening();
  server_->inject_message(large);
  EXPECT_EQ(timed.finish().exit_code, code_of(Exit::ok));
}

TEST_F(ConnectTest, ends_when_nobody_reads_its_output) {
  Child child{to_server()};
  ASSERT_TRUE(child.wait_for_err("connected"));
  child.stop_listening();
  server_->inject_message("to nobody");
  EXPECT_EQ(child.finish().exit_code, code_of(Exit::ok));
}

// ---- what it says, and to whom

TEST_F(ConnectTest, never_lets_the_server_drive_the_terminal) {
  Child child{to_server()};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server_->inject_message("\x1b[31mred\x07 two\nlines \u009b");
  server_->simulate_disconnect(Disconnect::code(4000, "\x1b]0;title\x07"));
  const Ended ended = child.finish();
  EXPECT_EQ(ended.out, R"(\x1B[31mred\x07 two\x0Alines \xC2\x9B)"
                       "\n");
  EXPECT_THAT(ended.err, AllOf(HasSubstr("title"), Not(HasSubstr("\x1b")), Not(HasSubstr("\x07"))));
}

TEST_F(ConnectTest, sends_and_prints_binary) {
  const Ended ended = run(to_server({"--binary", "--count", "1"}), "h\xff\n");
  EXPECT_EQ(ended.out, "0x68ff\n");
  EXPECT_THAT(server_->received(), Each(Field(&testing::ReceivedMessage::binary, true)));
}

TEST_F(ConnectTest, tells_of_a_line_that_is_no_text_and_sends_the_others) {
  const Ended ended = run(to_server({"--count", "2"}), "one\n\xff\nthree\n");
  EXPECT_EQ(ended.out, "echo: one\necho: three\n");
  EXPECT_THAT(ended.err, HasSubstr("line 2 is not valid UTF-8"));
  EXPECT_EQ(ended.exit_code, code_of(Exit::failed));
}

TEST_F(ConnectTest, sends_headers_and_keeps_their_values_to_itself) {
  const Ended ended = run(
      to_server({"--debug", "-H", "X-One: first secret", "--header", "X-Two:second:secret", "--count", "1"}), "hi\n");
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok));
  ASSERT_EQ(server_->upgrades().size(), 1U);
  EXPECT_THAT(server_->upgrades()[0].headers, Contains(Header{"X-One", "first secret"}));
  EXPECT_THAT(server_->upgrades()[0].headers, Contains(Header{"X-Two", "second:secret"}));
  EXPECT_THAT(ended.err, Not(HasSubstr("secret")));
}

TEST_F(ConnectTest, offers_subprotocols_in_order_and_tells_the_chosen_one) {
  start({.subprotocols = {"b"}});
  const Ended ended = run(to_server({"--subprotocol", "a", "--subprotocol", "b", "--count", "1"}), "hi\n");
  EXPECT_EQ(server_->upgrades().at(0).subprotocols, (std::vector<std::string>{"a", "b"}));
  EXPECT_THAT(ended.err, HasSubstr("subprotocol b"));
}

TEST_F(ConnectTest, says_nothing_when_quiet_and_well) {
  EXPECT_EQ(run(to_server({"--quiet", "--count", "1"}), "hi\n").err, "");
}

TEST_F(ConnectTest, refuses_wrong_arguments_without_trying) {
  const std::string url = server_->url();
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"connect"},
      {"connect", "http://127.0.0.1/"},
      {"connect", url, "--count", "0"},
      {"connect", url, "--count", "many"},
      {"connect", url, "--for", "10"},
      {"connect", url, "--for", "0s"},
      {"connect", url, "--retry", "-1"},
      {"connect", url, "-H", "no colon"},
      {"connect", url, "-H", "Host: other"},
      {"connect", url, "-H", "X: a\r\nY: b"},
      {"connect", url, "--ca", "/no/such/file"},
      {"connect", url, "--no-such-option"},
  };
  for (const auto& arguments : wrong) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.exit_code, code_of(Exit::usage)) << ::testing::PrintToString(arguments);
    EXPECT_NE(ended.err, "");
  }
  EXPECT_EQ(server_->accepted(), 0U);
}

TEST_F(ConnectTest, documents_its_exit_codes) {
  const Ended ended = run({"connect", "--help"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("Exit code"), HasSubstr("could not connect"), HasSubstr("end of stdin")));
}

// ---- TLS

TEST_F(ConnectTest, trusts_only_what_it_was_told_to) {
  start({.tls = true});
  const Ended refused = run(to_server({"--count", "1"}), "hi\n");
  EXPECT_EQ(refused.exit_code, code_of(Exit::unreachable));
  EXPECT_THAT(refused.err, HasSubstr("issuer"));
  EXPECT_EQ(server_->received_count(), 0U);

  const Ended insecure = run(to_server({"--count", "1", "--insecure"}), "hi\n");
  EXPECT_EQ(insecure.out, "echo: hi\n");
  EXPECT_THAT(insecure.err, HasSubstr("warning"));
}

}  // namespace
}  // namespace zenws::program

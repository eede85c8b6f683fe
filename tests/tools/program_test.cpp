// The other commands as their users run them: serve, doctor, explain, demo, soak.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <signal.h>
#include <string>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/testing/server.hpp>

#include "exit_codes.hpp"
#include "tools/child.hpp"

namespace zenws::program {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A file name that is nobody else's; the file goes with it.
class TemporaryFile {
 public:
  TemporaryFile() {
    const int descriptor = ::mkstemp(name_.data());
    if (descriptor >= 0) ::close(descriptor);
  }
  ~TemporaryFile() { ::unlink(name_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  std::string name_ = ::testing::TempDir() + "zenws_XXXXXX";
};

// The URL that `zenws serve` prints first.
std::string url_of(Child& child) {
  EXPECT_TRUE(child.wait_for_out("\n"));
  return child.out().substr(0, child.out().find('\n'));
}

// ---- serve

TEST(Serve, echoes_and_says_goodbye) {
  Child server{{"serve"}};
  const std::string url = url_of(server);
  EXPECT_THAT(url, StartsWith("ws://127.0.0.1:"));
  EXPECT_EQ(run({"connect", url, "--count", "1"}, "hi\n").out, "echo: hi\n");

  Child client{{"connect", url}};
  ASSERT_TRUE(client.wait_for_err("connected"));
  server.signal(SIGTERM);
  EXPECT_EQ(server.finish().exit_code, code_of(Exit::ok));
  EXPECT_THAT(client.finish().err, HasSubstr("close 1001"));
}

TEST(Serve, lets_nobody_in_again_whom_it_has_told_goodbye) {
  Child server{{"serve"}};
  Child client{{"connect", url_of(server), "--retry", "2"}};
  ASSERT_TRUE(client.wait_for_err("connected"));
  server.signal(SIGTERM);
  EXPECT_EQ(server.finish().exit_code, code_of(Exit::ok));
  EXPECT_THAT(client.finish().err, AllOf(HasSubstr("close 1001"), Not(HasSubstr("connection 2"))));
}

TEST(Serve, ends_after_the_time_given) {
  Child server{{"serve", "--for", "50ms"}};
  EXPECT_EQ(server.finish().exit_code, code_of(Exit::ok));
}

TEST(Serve, gives_out_the_ca_that_makes_it_trusted) {
  const TemporaryFile ca;
  Child server{{"serve", "--tls", "--ca-out", ca.name()}};
  const std::string url = url_of(server);
  EXPECT_THAT(url, StartsWith("wss://127.0.0.1:"));
  const Ended ended = run({"connect", url, "--ca", ca.name(), "--count", "1"}, "hi\n");
  EXPECT_EQ(ended.out, "echo: hi\n") << ended.err;
}

TEST(Serve, feeds_those_who_subscribe) {
  Child server{{"serve", "--feed", "--rate", "200", "--channels", "trades.X.raw,trades.Y.raw"}};
  const std::string subscribe = R"({"id":1,"method":"public/subscribe","params":{"channels":["trades.Y.raw"]}})";
  const Ended ended = run({"connect", url_of(server), "--count", "4"}, subscribe + "\n");
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok));
  EXPECT_THAT(ended.out, StartsWith(R"({"jsonrpc":"2.0","id":1,"result":["trades.Y.raw"]})"));
  EXPECT_THAT(ended.out, AllOf(HasSubstr(R"("trade_seq":3)"), HasSubstr(R"("channel":"trades.Y.raw")"),
                               Not(HasSubstr("trades.X.raw"))));
}

TEST(Serve, refuses_wrong_arguments_and_ports_that_are_taken) {
  EXPECT_EQ(run({"serve", "--port", "70000"}).exit_code, code_of(Exit::usage));
  EXPECT_EQ(run({"serve", "--rate", "5"}).exit_code, code_of(Exit::usage));  // of what?
  EXPECT_EQ(run({"serve", "--feed", "--rate", "0"}).exit_code, code_of(Exit::usage));
  EXPECT_EQ(run({"serve", "--feed", "--channels", "a\"b"}).exit_code, code_of(Exit::usage));
  EXPECT_EQ(run({"serve", "--ca-out", "x"}).exit_code, code_of(Exit::usage));

  const auto other = testing::Server::start();
  const Ended ended = run({"serve", "--port", std::to_string(other->port())});
  EXPECT_EQ(ended.exit_code, code_of(Exit::failed));
  EXPECT_THAT(ended.err, HasSubstr("cannot serve on port"));
  EXPECT_EQ(run({"serve", "--tls", "--ca-out", "/no/such/folder/ca.pem"}).exit_code, code_of(Exit::failed));
}

// ---- doctor

TEST(Doctor, walks_through_every_step_of_a_healthy_connection) {
  const auto server = testing::Server::start({.tls = true});
  const TemporaryFile ca;
  std::ofstream{ca.name()} << server->ca_pem();
  const Ended ended = run({"doctor", server->url(), "--ca", ca.name()});
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("resolve"), HasSubstr("connect"), HasSubstr("TLSv1."), HasSubstr("localhost"),
                               HasSubstr("upgrade"), HasSubstr("healthy")));
}

TEST(Doctor, stops_at_the_first_step_that_fails_and_explains_it) {
  const auto server = testing::Server::start({.tls = true});
  const Ended ended = run({"doctor", server->url()});
  EXPECT_EQ(ended.exit_code, code_of(Exit::unreachable));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("connect"), HasSubstr("FAILED"), HasSubstr("remedy"), HasSubstr("docs/guide"),
                               Not(HasSubstr("upgrade ")), Not(HasSubstr("healthy"))));
}

TEST(Doctor, shows_a_refused_upgrade) {
  const auto server = testing::Server::start(
      {.faults = {.refuse_upgrade = HttpResponse{.status = 503, .reason = "Busy", .body = "back at noon"}}});
  const Ended ended = run({"doctor", server->url()});
  EXPECT_EQ(ended.exit_code, code_of(Exit::unreachable));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("HTTP 503 Busy"), HasSubstr("answer  | back at noon"), HasSubstr("FAILED"),
                               HasSubstr("what")));
}

TEST(Doctor, does_not_wait_longer_than_told) {
  const auto server = testing::Server::start({.faults = {.delay_upgrade = std::chrono::hours{1}}});
  const Ended ended = run({"doctor", server->url(), "--timeout", "100ms"});
  EXPECT_EQ(ended.exit_code, code_of(Exit::unreachable));
  EXPECT_THAT(ended.out, HasSubstr("upgrade"));
}

TEST(Doctor, refuses_what_is_no_url) { EXPECT_EQ(run({"doctor", "example.com"}).exit_code, code_of(Exit::usage)); }

// ---- the command line

TEST(CommandLine, answers_what_newcomers_try) {
  EXPECT_THAT(run({"-V"}).out, StartsWith("zenws "));
  EXPECT_THAT(run({"help"}).out, HasSubstr("doctor"));
  EXPECT_THAT(run({"help", "connect"}).out, HasSubstr("--subprotocol"));
  const Ended unknown = run({"help", "conect"});
  EXPECT_EQ(unknown.exit_code, code_of(Exit::usage));
  EXPECT_THAT(unknown.err, HasSubstr("no command is called conect"));
}

TEST(CommandLine, says_which_numbers_can_be) {
  const Ended none = run({"connect", "ws://127.0.0.1:1", "--count", "0"});
  EXPECT_EQ(none.exit_code, code_of(Exit::usage));
  EXPECT_THAT(none.err, HasSubstr("--count: a whole number above 0, not 0\n"));
  for (const auto& arguments : {std::vector<std::string>{"serve", "--port", "99999"},
                                std::vector<std::string>{"replay", "x", "--to-port", "99999"}}) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.exit_code, code_of(Exit::usage));
    EXPECT_THAT(ended.err, HasSubstr("a port, 0 to 65535, not 99999\n"));
  }
}

// ---- explain

TEST(ExplainProgram, tells_what_happened_and_what_to_do) {
  for (const char* const name : {"send_queue_full", "401", "1006", "econnrefused", "X509_V_ERR_CERT_HAS_EXPIRED"}) {
    const Ended ended = run({"explain", name});
    EXPECT_EQ(ended.exit_code, code_of(Exit::ok)) << name;
    EXPECT_THAT(ended.out, AllOf(HasSubstr(name), HasSubstr("what"), HasSubstr("remedy"), HasSubstr("docs/guide")));
  }
}

TEST(ExplainProgram, offers_what_may_have_been_meant) {
  const Ended ended = run({"explain", "bad_acept"});
  EXPECT_EQ(ended.exit_code, code_of(Exit::usage));
  EXPECT_THAT(ended.err, HasSubstr("did you mean bad_accept?"));
  EXPECT_EQ(ended.out, "");
}

TEST(Output, that_cannot_be_written_is_told_and_code_5) {
  for (const std::string arguments : {"explain 401", "doctor ws://127.0.0.1:1", "--help", "--version", "help",
                                      "serve --for 60s", "demo --for 1s", "pool ws://127.0.0.1:1 --for 60s"}) {
    const std::string command = std::string{ZENWS_PROGRAM} + " " + arguments + " 2>&1 >/dev/full";
    std::FILE* const said = ::popen(command.c_str(), "r");
    ASSERT_NE(said, nullptr);
    std::string text;
    for (int c = std::fgetc(said); c != EOF; c = std::fgetc(said)) text += static_cast<char>(c);
    EXPECT_EQ(WEXITSTATUS(::pclose(said)), code_of(Exit::failed)) << arguments;
    EXPECT_THAT(text, HasSubstr("cannot be written to stdout")) << arguments;
  }
}

// ---- demo

TEST(Demo, lets_market_data_flow_and_brings_it_back_after_each_drop) {
  const Ended ended = run({"demo", "--for", "1s"});
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok)) << ended.err << ended.out;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("certificate is verified"), HasSubstr("BTC-PERPETUAL"), HasSubstr("messages"),
                               HasSubstr("bytes"), HasSubstr("round trip"), HasSubstr("p99")));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("drop "), HasSubstr("disconnected: "), HasSubstr("reconnecting: "),
                               HasSubstr("connection 2"), HasSubstr("connection 3"), HasSubstr("restored: trades.BTC"),
                               HasSubstr("3 of 3 subscriptions, connection 3 after 2 drops")));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("gap         close 1001"), HasSubstr("gap         reset"),
                               HasSubstr("expected "), HasSubstr(" = received "), HasSubstr(" + missed in the gaps ")));
  EXPECT_THAT(ended.out, EndsWith("\n"));
}

TEST(Demo, ends_early_with_its_summary_when_interrupted) {
  Child demo{{"demo", "--for", "1h"}};
  ASSERT_TRUE(demo.wait_for_out("PERPETUAL   "));
  demo.signal(SIGINT);
  const Ended ended = demo.finish();
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok)) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("round trip"));
}

// ---- soak

TEST(Soak, finds_every_message_and_every_client_again) {
  const Ended ended = run({"soak", "3s", "--clients", "20", "--drop-every", "200ms", "--rate", "20"});
  EXPECT_EQ(ended.exit_code, code_of(Exit::ok)) << ended.err << ended.out;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("expected "), HasSubstr(" = received "), HasSubstr("reconnects  ok"),
                               HasSubstr("20 of 20 clients"), HasSubstr("memory      ok"), HasSubstr("descriptors ok"),
                               HasSubstr("slowest"), Not(HasSubstr("FAILED"))));
}

TEST(Soak, refuses_what_cannot_be_run) {
  EXPECT_EQ(run({"soak"}).exit_code, code_of(Exit::usage));
  EXPECT_EQ(run({"soak", "10"}).exit_code, code_of(Exit::usage));
  EXPECT_EQ(run({"soak", "1s", "--clients", "0"}).exit_code, code_of(Exit::usage));
  EXPECT_EQ(run({"soak", "1s", "--rate", "0"}).exit_code, code_of(Exit::usage));
}

}  // namespace
}  // namespace zenws::program

// `zenws replay` as people run it: what it prints and when, and what it serves.
#include "recordings/replay.hpp"

#include <chrono>
#include <cstdlib>
#include <signal.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>

#include "support/scratch_folder.hpp"
#include "tools/child.hpp"
#include "tools/recording_lines.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using ::testing::HasSubstr;

struct ReplayCommand : ::testing::Test {
  [[nodiscard]] std::vector<std::string> of(const RecordingLines& lines, std::vector<std::string> more) const {
    lines.write_to(file);
    std::vector<std::string> arguments{"replay", file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  testing::ScratchFolder folder;
  std::string file = folder.file("session.jsonl");
};

RecordingLines whole_session() {
  RecordingLines lines;
  lines.connect().out("ask").in("first\nline").add("in", "ping", "x").add("in", "binary", "AAH/", true).in("last");
  return lines;
}

TEST_F(ReplayCommand, prints_messages_as_connect_does_and_which_way_they_went) {
  const Ended ended = run(of(whole_session(), {"--speed", "max"}));
  EXPECT_EQ(ended.out, "> ask\n< first\\x0Aline\n< 0x0001ff\n< last\n");
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "");
}

TEST_F(ReplayCommand, prints_one_direction_without_a_mark) {
  EXPECT_EQ(run(of(whole_session(), {"--speed", "max", "--dir", "in"})).out, "first\\x0Aline\n0x0001ff\nlast\n");
  EXPECT_EQ(run(of(whole_session(), {"--speed", "max", "--dir", "out"})).out, "ask\n");
}

TEST_F(ReplayCommand, waits_as_long_as_it_took_then) {
  RecordingLines lines;
  lines.after(1h).in("a").after(300ms).in("b");
  const auto begun = Clock::now();
  EXPECT_EQ(run(of(lines, {})).out, "< a\n< b\n");
  EXPECT_GE(Clock::now() - begun, 300ms);
}

TEST_F(ReplayCommand, prints_what_is_due_while_it_waits_for_the_rest) {
  RecordingLines lines;
  lines.in("now").after(1h).in("later");
  Child child{of(lines, {"--speed", "10"})};
  EXPECT_TRUE(child.wait_for_out("< now\n"));
  child.signal(SIGINT);
  const Ended ended = child.finish();
  EXPECT_EQ(ended.out, "< now\n");
  EXPECT_EQ(ended.exit_code, 0);
}

TEST_F(ReplayCommand, does_not_wait_with_the_highest_speed) {
  RecordingLines lines;
  lines.in("a").after(std::chrono::hours{24 * 365}).in("b");
  EXPECT_EQ(run(of(lines, {"--speed", "max"})).out, "< a\n< b\n");
}

TEST_F(ReplayCommand, leaves_out_damaged_lines_and_says_so) {
  const Ended ended = run(of(RecordingLines{}.in("a").raw("damaged\n").in("b"), {"--speed", "max"}));
  EXPECT_EQ(ended.out, "< a\n< b\n");
  EXPECT_THAT(ended.err, HasSubstr("damaged lines left out: 1"));
}

TEST_F(ReplayCommand, ends_when_nobody_reads_it) {
  RecordingLines lines;
  for (int i = 0; i < 20'000; ++i) lines.in(std::string(100, 'x'));
  Child child{of(lines, {"--speed", "max"})};
  child.stop_listening();
  EXPECT_EQ(child.finish().exit_code, 0);
}

TEST_F(ReplayCommand, cannot_read_what_is_not_there) {
  const Ended ended = run({"replay", folder.file("missing")});
  EXPECT_EQ(ended.exit_code, code_of(Exit::failed));
  EXPECT_THAT(ended.err, HasSubstr("missing"));
}

TEST_F(ReplayCommand, calls_a_file_without_any_entry_no_recording) {
  for (const char* const text : {"", "not json\n{}\n", "no newline"}) {
    for (const std::vector<std::string>& how : {std::vector<std::string>{}, {"--to-port", "0"}}) {
      const Ended ended = run(of(RecordingLines{}.raw(text), how));
      EXPECT_EQ(ended.exit_code, code_of(Exit::failed)) << text;
      EXPECT_EQ(ended.out, "");
      EXPECT_THAT(ended.err, HasSubstr("no line of it is an entry of a recording"));
    }
  }
}

TEST_F(ReplayCommand, does_not_miss_entries_of_the_other_direction) {
  EXPECT_EQ(run(of(RecordingLines{}.out("ask"), {"--speed", "max", "--dir", "in"})).exit_code, 0);
}

TEST_F(ReplayCommand, says_that_its_url_cannot_be_written) {
  whole_session().write_to(file);
  const std::string command = std::string{ZENWS_PROGRAM} + " replay " + file + " --to-port 0 >/dev/full 2>/dev/null";
  const int status = std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(WEXITSTATUS(status), code_of(Exit::failed));
}

TEST_F(ReplayCommand, refuses_wrong_arguments) {
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"--speed", "0"}, {"--dir", "up"}, {"--wait"}, {"--to-port", "0", "--dir", "in"}}) {
    EXPECT_EQ(run(of(whole_session(), wrong)).exit_code, code_of(Exit::usage)) << wrong.front();
  }
}

// What a client gets that connects to the server with this much said about it.
std::vector<std::string> received_from(Child& child, std::string_view first_message) {
  EXPECT_TRUE(child.wait_for_out("\n"));
  const std::string url = child.out().substr(0, child.out().find('\n'));
  auto client = Client::connect(url, {.reconnect_on_error = false, .decode_json = false});
  if (!client) return {to_string(client.error())};
  if (!first_message.empty() && !client->send_message(first_message)) return {"it cannot be sent"};
  std::vector<std::string> texts;
  while (auto message = client->receive(20s)) texts.emplace_back(message->text());
  return texts;
}

TEST_F(ReplayCommand, serves_what_was_received_to_every_client_until_ctrl_c) {
  Child child{of(RecordingLines{}.out("ask").in("a").in("b"), {"--to-port", "0", "--speed", "max"})};
  EXPECT_EQ(received_from(child, ""), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(received_from(child, ""), (std::vector<std::string>{"a", "b"}));
  child.signal(SIGINT);
  const Ended ended = child.finish();
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr("connections that got all of it: 2"));
}

TEST_F(ReplayCommand, begins_with_the_clients_first_message_when_asked_to) {
  Child child{of(RecordingLines{}.in("a"), {"--to-port", "0", "--speed", "max", "--wait"})};
  EXPECT_EQ(received_from(child, "go"), std::vector<std::string>{"a"});
}

TEST_F(ReplayCommand, cannot_serve_what_is_not_there_or_on_a_port_in_use) {
  EXPECT_EQ(run({"replay", folder.file("missing"), "--to-port", "0"}).exit_code, code_of(Exit::failed));
  Child first{of(whole_session(), {"--to-port", "0"})};
  ASSERT_TRUE(first.wait_for_out("\n"));
  const std::string url = first.out();
  const std::string port = url.substr(url.rfind(':') + 1, url.rfind('/') - url.rfind(':') - 1);
  EXPECT_EQ(run({"replay", file, "--to-port", port}).exit_code, code_of(Exit::failed));
}

}  // namespace
}  // namespace zenws::program

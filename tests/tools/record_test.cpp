// `zenws record` as people run it: what is in the file, how it ends, what it says.
#include "recordings/record.hpp"

#include <filesystem>
#include <memory>
#include <signal.h>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/recorder.hpp>
#include <zenws/testing/server.hpp>

#include "support/recorded.hpp"
#include "support/scratch_folder.hpp"
#include "tools/child.hpp"

namespace zenws::program {
namespace {

using ::testing::Contains;
using testing::Disconnect;
using ::testing::HasSubstr;
using testing::recorded;
using testing::Server;

struct RecordCommand : ::testing::Test {
  [[nodiscard]] std::vector<std::string> to_server(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"record", server.url(), "-o", file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  testing::ScratchFolder folder;
  std::string file = folder.file("session.jsonl");
  Server server = *Server::start();
};

TEST_F(RecordCommand, keeps_every_message_in_a_file_that_only_its_owner_reads) {
  Child child{to_server()};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server.inject_message("one");
  server.inject_message("two");
  server.simulate_disconnect(Disconnect::normal());
  EXPECT_EQ(child.finish().exit_code, 0);
  const auto lines = recorded(file);
  EXPECT_THAT(lines, Contains("1 in event connect"));
  EXPECT_THAT(lines, Contains("1 in text one"));
  EXPECT_THAT(lines, Contains("1 in text two"));
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(RecordCommand, leaves_a_whole_file_on_ctrl_c) {
  Child child{to_server()};
  ASSERT_TRUE(child.wait_for_err("connected"));
  for (int i = 0; i < 5000; ++i) server.inject_message("message " + std::to_string(i));
  ASSERT_TRUE(child.wait_until([&] { return Recorder::metadata(file).value_or(RecordingMetadata{}).text >= 5000; }));
  child.signal(SIGINT);
  const Ended ended = child.finish();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const auto found = Recorder::metadata(file);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text, 5000U);
  EXPECT_EQ(found->close, 2U) << "ours and its answer";
  EXPECT_FALSE(found->torn_end);
  EXPECT_THAT(ended.err, HasSubstr("5,000 messages received"));
}

TEST_F(RecordCommand, ends_after_a_number_of_messages) {
  Child child{to_server({"--count", "3"})};
  ASSERT_TRUE(child.wait_for_err("connected"));
  for (int i = 0; i < 3; ++i) server.inject_message("x");
  EXPECT_EQ(child.finish().exit_code, 0);
  EXPECT_EQ(Recorder::metadata(file)->text, 3U);
}

TEST_F(RecordCommand, ends_after_the_time_given) {
  EXPECT_EQ(run(to_server({"--for", "100ms"})).exit_code, 0);
  EXPECT_EQ(Recorder::metadata(file)->connects, 1U);
}

TEST_F(RecordCommand, goes_on_in_the_same_file_after_a_loss_and_counts_the_gap) {
  Child child{to_server({"--retry", "unlimited"})};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(child.wait_for_err("connection 2"));
  child.signal(SIGTERM);
  const Ended ended = child.finish();
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr("gaps 1:"));
  EXPECT_EQ(Recorder::metadata(file)->reconnects, 1U);
}

TEST_F(RecordCommand, appends_to_what_is_there) {
  EXPECT_EQ(run(to_server({"--for", "50ms"})).exit_code, 0);
  EXPECT_EQ(run(to_server({"--for", "50ms"})).exit_code, 0);
  EXPECT_EQ(Recorder::metadata(file)->connects, 2U);
}

TEST_F(RecordCommand, calls_a_reset_a_loss_and_keeps_what_came) {
  Child child{to_server()};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server.simulate_disconnect(Disconnect::abrupt());
  EXPECT_EQ(child.finish().exit_code, code_of(Exit::lost));
  EXPECT_THAT(recorded(file), Contains("1 in event disconnect"));
}

TEST_F(RecordCommand, leaves_out_what_it_is_told_to) {
  Child child{to_server({"--redact", "pin", "--count", "1"})};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server.inject_message(R"({"pin":"0000","access_token":"secret","price":1})");
  EXPECT_EQ(child.finish().exit_code, 0);
  EXPECT_THAT(recorded(file), Contains(R"(1 in text {"pin":"[REDACTED]","access_token":"[REDACTED]","price":1})"));
}

TEST_F(RecordCommand, is_silent_when_asked_to) { EXPECT_EQ(run(to_server({"--for", "50ms", "--quiet"})).err, ""); }

TEST_F(RecordCommand, refuses_a_file_that_cannot_be_written_before_it_connects) {
  const Ended ended = run({"record", server.url(), "-o", folder.file("nowhere/session.jsonl")});
  EXPECT_EQ(ended.exit_code, code_of(Exit::failed));
  EXPECT_THAT(ended.err, HasSubstr("cannot be written"));
  EXPECT_EQ(server.accepted(), 0U);
}

TEST_F(RecordCommand, refuses_a_folder) {
  EXPECT_EQ(run({"record", server.url(), "-o", folder.path().string()}).exit_code, code_of(Exit::usage));
}

TEST_F(RecordCommand, needs_a_file) { EXPECT_EQ(run({"record", server.url()}).exit_code, code_of(Exit::usage)); }

TEST_F(RecordCommand, cannot_reach_a_closed_port) {
  const auto arguments = to_server();
  server.stop();
  EXPECT_EQ(run(arguments).exit_code, code_of(Exit::unreachable));
}

}  // namespace
}  // namespace zenws::program

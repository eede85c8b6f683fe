// docs/guide/recording.md
#include <filesystem>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/recorder.hpp>
#include <zenws/testing/replay_server.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"
#include "support/scratch_folder.hpp"

namespace {

using zenws::testing::patience;
using zenws::testing::Server;

// The page's files are in the working folder; here that is one of the test's own.
class GuideRecording : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::current_path(folder_.path()); }
  void TearDown() override { std::filesystem::current_path(before_); }
  // A session of one message each way.
  static void record() {
    auto server = Server::start();
    ASSERT_TRUE(server);
    const std::string url = server->url();
#include "recording/record.inc"
    ASSERT_TRUE(client);
    ASSERT_TRUE(client->send_message("hello"));
    ASSERT_TRUE(client->receive(patience));
    ASSERT_TRUE(client->close());
  }

 private:
  zenws::testing::ScratchFolder folder_;
  std::filesystem::path before_ = std::filesystem::current_path();
};

TEST_F(GuideRecording, metadata_counts_what_was_recorded) {
  record();
#include "recording/metadata.inc"
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text, 2U);
}

TEST_F(GuideRecording, a_replay_gives_entries_or_messages) {
  record();
  int messages = 0;
  const zenws::Handler handler = [&messages](const zenws::Message&) { ++messages; };
#include "recording/replay.inc"
  EXPECT_TRUE(all && live && fast);
  EXPECT_EQ(messages, 1);
}

TEST_F(GuideRecording, a_client_runs_against_yesterday) {
  record();
  std::filesystem::rename("session.jsonl", "yesterday.jsonl");
  const zenws::Options options;
#include "recording/replay_server.inc"
  ASSERT_TRUE(client);
  const auto message = client->receive(patience);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->text(), "echo: hello");
}

}  // namespace

// Real recordings are what docs/format says: every line of them, by somebody else's reading of the schema.
#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "base/bytes.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/scratch_folder.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;

constexpr auto python = "/usr/bin/python3";
constexpr auto python_jsonschema = "/usr/lib/python3/dist-packages/jsonschema";

struct RecordingsKeepToTheirFormat : ::testing::Test {
  testing::ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");

  void SetUp() override {
    if (!std::filesystem::exists(python_jsonschema)) GTEST_SKIP() << "Debian's python3-jsonschema is not installed";
  }

  // "7": so many lines are right. Else what is wrong.
  std::string judged() {
    const std::string root = ZENWS_SOURCE_DIR;
    support::ChildProcess check{
        {python, root + "/tests/behaviour/check_recording.py", root + "/docs/format/recording.schema.json", path}};
    const auto lines = check.wait_for_line("lines", testing::patience);
    return lines ? *lines : check.unread();
  }
};

TEST_F(RecordingsKeepToTheirFormat, with_every_type_of_frame_and_event) {
  auto server = testing::Server::start();
  ASSERT_TRUE(server);
  testing::LogOf<std::string> events;
  Options options;
  options.retry_delay = 1ms;
  options.max_backoff = 10ms;
  options.record_to = path;
  options.record.memory_limit = 20'000;
  options.name = "feed \"a\"";
  options.labels = {{"venue", "deribit"}};
  options.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  auto client = Client::connect(server->url("/x?token=s"), options);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->send_message(R"({"half":"\ud800","price":"价格","line":" \n"})"));
  ASSERT_TRUE(client->send_binary(as_bytes("\xFF\xFE")));
  ASSERT_TRUE(client->ping());
  server->inject_ping("\xFF");
  EXPECT_TRUE(testing::eventually([&] { return !server->pongs().empty(); }));
  ASSERT_TRUE(client->send_message(std::string(30'000, 'x')));  // more than may wait
  server->simulate_disconnect(testing::Disconnect::code(4000, "again \"soon\""));
  if (!events.wait_for("disconnected 4000")) FAIL();
  ASSERT_TRUE(client->close());
  auto next = Client::connect(server->url(), options);
  ASSERT_TRUE(next);
  server->inject_raw("\xC1\x01x");
  EXPECT_TRUE(events.wait_for("disconnected 1006"));
  ASSERT_TRUE(next->close());
  const std::string content = testing::content_of(path);
  for (const char* kind : {"connect", "disconnect", "dropped", "protocol_error"}) {
    EXPECT_TRUE(content.contains("{\\\"event\\\":\\\"" + std::string{kind})) << kind;
  }
  for (const char* type : {"text", "binary", "close", "ping", "pong", "event"}) {
    EXPECT_TRUE(content.contains("\"type\":\"" + std::string{type})) << type;
  }
  EXPECT_EQ(judged(), std::to_string(std::ranges::count(content, '\n')));
}

TEST_F(RecordingsKeepToTheirFormat, and_the_check_sees_when_they_do_not) {
  for (
      const char* wrong :
      {R"({"ts":"2026-01-01 00:00:00Z","dir":"in","type":"text","data":""})",
       R"({"ts":"2026-01-01T00:00:00Z","dir":"in","type":"binary","data":"AAA="})",
       R"({"ts":"2026-01-01T00:00:00Z","dir":"in","type":"binary","data":"AAA","binary":true})",
       R"({"ts":"2026-01-01T00:00:00Z","dir":"out","type":"event","data":"{\"event\":\"connect\",\"url\":\"\"}"})",
       R"({"ts":"2026-01-01T00:00:00Z","dir":"in","type":"event","data":"{\"event\":\"dropped\"}"})",
       R"({"ts":"2026-01-01T00:00:00Z","dir":"in","type":"event","data":"{\"event\":\"connect\",\"url\":\"\",\"label_a-b\":\"\"}"})"}) {
    testing::write_file(path, wrong);
    EXPECT_TRUE(judged().starts_with("wrong 1")) << wrong;
  }
}

}  // namespace
}  // namespace zenws

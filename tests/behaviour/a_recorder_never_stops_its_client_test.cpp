// Disks fill up, folders vanish, files are taken away: the client goes on, the recorder says so, and comes back.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/mount.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/log.hpp>
#include <zenws/recorder.hpp>
#include <zenws/telemetry.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/recorded.hpp"
#include "support/scratch_folder.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using testing::eventually;
using ::testing::HasSubstr;
using testing::LogOf;
using testing::recorded;
using testing::Server;

// A disk of its own size, while it lives. Needs the right to mount.
class SmallDisk {
 public:
  explicit SmallDisk(std::string at) : at_{std::move(at)} {
    std::filesystem::create_directory(at_);
    if (::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=64k") != 0) missing_ = std::strerror(errno);
  }
  ~SmallDisk() {
    if (missing_.empty()) ::umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] const std::string& missing() const noexcept { return missing_; }
  bool remount(const char* how, unsigned long flags = 0) {
    return ::mount("tmpfs", at_.c_str(), "tmpfs", MS_REMOUNT | flags, how) == 0;
  }

 private:
  const std::string at_;
  std::string missing_;
};

struct ARecorderNeverStopsItsClient : ::testing::Test {
  testing::ScratchFolder folder;
  LogOf<std::string> logged;
  LogOf<std::string> told;

  void SetUp() override {
    set_logger([this](LogLevel, std::string_view line) { logged.add(std::string{line}); });
    ASSERT_TRUE(telemetry::attach_many("disk", {"zen_websocket.recorder.flush", "zen_websocket.recorder.error"},
                                       [this](const telemetry::Event& event) { note(event); }));
  }
  void TearDown() override {
    EXPECT_TRUE(telemetry::detach("disk"));
    set_logger({});
  }
  void note(const telemetry::Event& event) {
    const bool is_flush = event.name.ends_with("flush");
    EXPECT_GE(event.measurement("count").value_or(0), 1);
    EXPECT_FALSE(event.text("client").empty());
    EXPECT_FALSE(event.text("path").empty());
    EXPECT_EQ(is_flush, event.measurement("bytes").has_value());
    told.add(is_flush ? "flush" : "error " + std::string{event.text("reason")});
  }

  static void talk(Client& client, int messages, std::size_t size = 10) {
    const std::string text(size, 'x');
    for (int i = 0; i < messages; ++i) {
      ASSERT_TRUE(client.send_message(text));
      ASSERT_TRUE(client.receive(10s));
    }
  }
};

TEST_F(ARecorderNeverStopsItsClient, when_the_folder_is_not_there_yet) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  const std::string path = folder.file("later/session.jsonl");
  auto client = Client::connect(server->url(), {.record_to = path});
  ASSERT_TRUE(client) << to_string(client.error());
  talk(*client, 3);
  EXPECT_TRUE(told.wait_for("error No such file or directory"));
  EXPECT_GE(client->get_state_metrics().recorder_errors, 1U);
  EXPECT_EQ(client->get_state_metrics().recorder_written, 0U);
  std::filesystem::create_directory(folder.file("later"));
  EXPECT_TRUE(told.wait_for("flush"));
  ASSERT_TRUE(client->close());
  EXPECT_EQ(recorded(path).size(), 10U);  // nothing was lost
  EXPECT_THAT(logged.all(), Contains(HasSubstr("No such file or directory; tried again every second")));
  EXPECT_THAT(logged.all(), Contains(HasSubstr("written again")));
}

TEST_F(ARecorderNeverStopsItsClient, and_counts_what_never_found_its_disk) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), {.record_to = folder.file("never/session.jsonl")});
  ASSERT_TRUE(client);
  talk(*client, 3);
  ASSERT_TRUE(client->close());
  EXPECT_EQ(client->get_state_metrics().recorder_dropped, 10U);
  EXPECT_EQ(client->get_state_metrics().recorder_queue_bytes, 0U);
}

TEST_F(ARecorderNeverStopsItsClient, when_its_file_is_taken_away) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  const std::string path = folder.file("session.jsonl");
  auto client = Client::connect(server->url(), {.record_to = path});
  ASSERT_TRUE(client);
  talk(*client, 3);
  EXPECT_TRUE(told.wait_for("flush"));
  std::filesystem::remove(path);
  ASSERT_TRUE(client->send_message("afterwards"));
  ASSERT_TRUE(client->receive(10s));
  ASSERT_TRUE(client->close());
  EXPECT_THAT(recorded(path), Contains("1 out text afterwards"));
  EXPECT_EQ(client->get_state_metrics().recorder_errors, 0U);
}

TEST_F(ARecorderNeverStopsItsClient, when_the_disk_is_full_and_says_in_the_file_what_is_missing) {
  SmallDisk disk{folder.file("disk")};
  if (!disk.missing().empty()) GTEST_SKIP() << "a disk of one's own needs root: " << disk.missing();
  auto server = Server::start();
  ASSERT_TRUE(server);
  const std::string path = folder.file("disk/session.jsonl");
  auto client = Client::connect(server->url(), {.record_to = path, .record = {.memory_limit = 100'000}});
  ASSERT_TRUE(client);
  talk(*client, 300, 1000);
  EXPECT_TRUE(told.wait_for("error No space left on device"));
  EXPECT_TRUE(eventually([&] { return client->get_state_metrics().recorder_dropped > 0; }));
  EXPECT_EQ(client->get_state(), State::connected);
  EXPECT_LE(client->get_state_metrics().recorder_queue_bytes, 500'000U);
  talk(*client, 3);
  const std::uint64_t before = client->get_state_metrics().recorder_written;
  ASSERT_TRUE(disk.remount("size=64m"));
  EXPECT_TRUE(eventually([&] { return client->get_state_metrics().recorder_written > before; }));
  talk(*client, 3);
  ASSERT_TRUE(client->close());
  const auto found = Recorder::metadata(path);
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->skipped, 0U);  // what the full disk had cut was completed
  EXPECT_EQ(found->dropped, client->get_state_metrics().recorder_dropped);
  EXPECT_EQ(found->count + found->dropped, 2U * 306U + 2U);  // and nothing is missing that is not counted
}

TEST_F(ARecorderNeverStopsItsClient, when_the_disk_is_read_only_for_a_while) {
  SmallDisk disk{folder.file("disk")};
  if (!disk.missing().empty()) GTEST_SKIP() << "a disk of one's own needs root: " << disk.missing();
  ASSERT_TRUE(disk.remount("size=64m", MS_RDONLY));
  auto server = Server::start();
  ASSERT_TRUE(server);
  const std::string path = folder.file("disk/session.jsonl");
  auto client = Client::connect(server->url(), {.record_to = path});
  ASSERT_TRUE(client);
  talk(*client, 3);
  EXPECT_TRUE(told.wait_for("error Read-only file system"));
  ASSERT_TRUE(disk.remount("size=64m"));
  EXPECT_TRUE(told.wait_for("flush"));
  ASSERT_TRUE(client->close());
  EXPECT_EQ(recorded(path).size(), 10U);
}

}  // namespace
}  // namespace zenws

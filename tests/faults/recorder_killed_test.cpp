// The recording process is killed, a hundred times, at moments drawn at random: what is in the file is whole but for
// its last line, begins with the first message, misses none in between, and can be appended to.
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <zenws/recorder.hpp>
#include <zenws/testing/server.hpp>

#include "faults/recorder_apart.hpp"
#include "support/log_of.hpp"
#include "support/scratch_folder.hpp"

namespace zenws::testing {
namespace {

using namespace std::chrono_literals;

// Ten numbers for each "more", counted up on each connection.
Script counting() {
  return [next = std::map<std::uint64_t, int>{}](const ReceivedMessage& message) mutable {
    std::vector<Reply> replies;
    for (int i = 0; i < 10; ++i) replies.push_back({.payload = std::to_string(++next[message.connection])});
    return replies;
  };
}

// What a killed process has left.
struct Left {
  std::uint64_t received = 0;
  std::uint64_t recorded = 0;
  std::chrono::microseconds age{0};  // of the recording's end, when the process was killed
};

struct RecorderKilled : ::testing::Test {
  ScratchFolder folder;
  std::mt19937 random{20'261'126};

  // Kills it, and reads what it has left. `sessions`: which of the processes it is that have recorded to `path`.
  Left kill(RecorderApart& recorder, const std::string& path, std::uint64_t sessions) {
    const auto killed = std::chrono::system_clock::now();
    recorder.kill();
    Left left{.received = recorder.received()};
    if (!std::filesystem::exists(path)) return left;  // killed before the first flush
    RecordedTime last{};
    std::uint64_t begun = 0;
    const auto done = Recorder::replay(path, [&](const RecordedEntry& entry) {
      if (entry.type == RecordedEntry::Type::event && ++begun == sessions) left.recorded = 0;
      last = entry.ts;
      if (entry.dir == RecordedEntry::Direction::out || entry.type != RecordedEntry::Type::text) return;
      if (begun != sessions) return;
      EXPECT_EQ(entry.data, std::to_string(++left.recorded));
    });
    EXPECT_TRUE(done) << to_string(done.error());
    EXPECT_LT(done.value_or(Replayed{}).skipped, sessions) << "only what earlier ones have left cut";
    left.age = std::chrono::duration_cast<std::chrono::microseconds>(killed - last);
    return left;
  }

  // Eighty, two after another to each file, while messages flood in.
  std::vector<Left> flooded(const std::string& url) {
    std::vector<Left> all;
    for (int i = 0; i < 80; ++i) {
      const std::string path = folder.file(fmt::format("flood{}.jsonl", i / 2));
      RecorderApart recorder{url, path, folder.file(fmt::format("flood{}.counter", i)), 0};
      EXPECT_TRUE(recorder.started());
      std::this_thread::sleep_for(std::chrono::microseconds{random() % 30'000});
      all.push_back(kill(recorder, path, static_cast<std::uint64_t>(i % 2) + 1));
    }
    return all;
  }

  // Twenty, which only the clock makes write.
  std::vector<Left> quiet(const std::string& url) {
    std::vector<std::unique_ptr<RecorderApart>> recorders;
    const auto path = [&](std::size_t i) { return folder.file(fmt::format("quiet{}.jsonl", i)); };
    for (std::size_t i = 0; i < 20; ++i) {
      recorders.push_back(
          std::make_unique<RecorderApart>(url, path(i), folder.file(fmt::format("quiet{}.counter", i)), 200));
      EXPECT_TRUE(recorders.back()->started());
    }
    std::vector<Left> all;
    for (std::size_t i = 0; i < recorders.size(); ++i) {
      std::this_thread::sleep_for(std::chrono::microseconds{random() % 250'000});
      all.push_back(kill(*recorders[i], path(i), 1));
    }
    return all;
  }

  static void tell(const char* flow, std::vector<Left> all) {
    const auto lost = [](const Left& left) { return left.received - std::min(left.received, left.recorded); };
    std::uint64_t received = 0;
    std::uint64_t recorded = 0;
    std::uint64_t empty = 0;
    for (const Left& left : all) {
      received += left.received;
      recorded += left.recorded;
      empty += left.recorded == 0 ? 1 : 0;
    }
    std::ranges::sort(all, {}, lost);
    const std::uint64_t median = lost(all[all.size() / 2]);
    const std::uint64_t most = lost(all.back());
    std::erase_if(all, [](const Left& left) { return left.recorded == 0; });
    const auto oldest = all.empty() ? 0us : std::ranges::max(all, {}, &Left::age).age;
    fmt::print(
        "kill -9 {:<6} {:>9} received {:>9} recorded  lost: median {:>4}, most {:>4}  nothing yet: {:>2}  "
        "oldest end: {:.1f} ms\n",
        flow, received, recorded, median, most, empty, static_cast<double>(oldest.count()) / 1000);
  }
};

TEST_F(RecorderKilled, a_hundred_times_leaves_readable_files_that_can_be_appended_to) {
  auto server = Server::start({.script = counting()});
  ASSERT_TRUE(server);
  tell("flood", flooded(server->url()));
  tell("quiet", quiet(server->url()));
}

TEST_F(RecorderKilled, not_but_ended_normally_leaves_all_that_it_had_received) {
  auto server = Server::start({.script = counting()});
  ASSERT_TRUE(server);
  const std::string path = folder.file("session.jsonl");
  RecorderApart recorder{server->url(), path, folder.file("counter"), 50};
  ASSERT_TRUE(recorder.started());
  EXPECT_EQ(recorder.finish(), 0);
  const auto found = Recorder::metadata(path);
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_GE(found->inbound, recorder.received());
  EXPECT_EQ(found->skipped, 0U);
  EXPECT_FALSE(found->torn_end);
}

}  // namespace
}  // namespace zenws::testing

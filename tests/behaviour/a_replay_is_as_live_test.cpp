// A recording replayed into a handler: the same messages in the same shapes, byte by byte, as when they were live.
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/json.hpp>
#include <zenws/recorder.hpp>
#include <zenws/testing/server.hpp>

#include "base/bytes.hpp"
#include "support/log_of.hpp"
#include "support/scratch_folder.hpp"
#include "testing/frames.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

// Shape and bytes of a message.
template <class Add>
auto shapes(Add add) {
  return overloaded{
      [add](const JsonMessage& m) { add("json " + simdjson::to_string(m.json) + " " + std::string{m.text}); },
      [add](const TextMessage& m) { add("text " + std::string{m.text}); },
      [add](const BinaryMessage& m) { add("binary " + std::string{as_text(m.bytes)}); },
      [add](const UnmatchedResponse& m) { add("unmatched " + simdjson::to_string(m.json) + std::string{m.text}); },
      [add](const ProtocolError& m) { add("error " + m.error.code().message() + " " + std::string{m.error.detail()}); },
  };
}

struct Drawn {
  ws::Opcode opcode;
  std::string payload;
};

// A frame as a venue might send it, or as nobody would.
Drawn draw(std::mt19937& random) {
  static const std::vector<std::string> texts{R"({"a": 1, "b":[true ,null]})",
                                              R"({"half":"\ud800"})",
                                              R"({"pair":"\ud83d\ude00 é"})",
                                              "",
                                              "  ",
                                              "[1,2",
                                              "\"a string\"",
                                              R"({"id":7,"result":"late"})",
                                              R"({"id":"x","error":{"code":1}})",
                                              "价格 \u2028 \x01\x1F\x7F",
                                              R"({"id":8,"method":"asks"})",
                                              R"({"quote\"d":"back\\slash"})",
                                              "-1.5e300",
                                              "nul"};
  switch (random() % 6) {
    case 0: {
      std::string bytes(random() % 300, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random());
      return {ws::Opcode::binary, bytes};
    }
    case 1:
      return {ws::Opcode::ping, std::string(random() % 126, static_cast<char>(random()))};
    case 2:
      return {ws::Opcode::text, R"({"data":")" + std::string(random() % 70'000, 'x') + "\"}"};
    default:
      return {ws::Opcode::text, texts[random() % texts.size()]};
  }
}

struct AReplayIsAsLive : ::testing::Test {
  testing::ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");

  // Sends `count` drawn frames, cut at random, then a broken one; gives what the handler saw.
  std::vector<std::string> live(std::mt19937& random, int count, bool decode_json) {
    auto server = Server::start();
    EXPECT_TRUE(server);
    LogOf<std::string> seen;
    Options options;
    options.retry_count = 0;
    options.record_to = path;
    options.decode_json = decode_json;
    options.handler = shapes([&seen](std::string line) { seen.add(std::move(line)); });
    options.on_lifecycle = [&seen](const Lifecycle& event) {
      if (std::holds_alternative<Stopped>(event)) seen.add("stopped");
    };
    auto client = Client::connect(server->url(), options);
    EXPECT_TRUE(client) << to_string(client.error());
    Buffer wire;
    for (int i = 0; i < count; ++i) {
      const Drawn frame = draw(random);
      const std::size_t cut = ws::is_control(frame.opcode) ? 0 : random() % 3 * 100;
      testing::append_message(wire, frame.opcode, as_bytes(frame.payload), cut);
    }
    wire.append("\xC1\x01x");
    server->inject_raw(as_text(wire.bytes()));
    EXPECT_TRUE(seen.wait_for("stopped"));
    EXPECT_TRUE(client->close());
    std::vector<std::string> lines = seen.all();
    std::erase(lines, "stopped");
    return lines;
  }

  std::vector<std::string> replayed(bool decode_json) {
    std::vector<std::string> lines;
    const auto done = Recorder::replay_into(
        path, shapes([&lines](std::string line) { lines.push_back(std::move(line)); }), {.decode_json = decode_json});
    EXPECT_TRUE(done) << to_string(done.error());
    EXPECT_EQ(done.value_or(Replayed{}).delivered, lines.size());
    return lines;
  }
};

TEST_F(AReplayIsAsLive, for_sessions_drawn_at_random) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random{seed};
    const bool decode_json = seed % 4 != 0;
    const std::vector<std::string> then = live(random, 60, decode_json);
    ASSERT_GT(then.size(), 1U);
    ASSERT_EQ(replayed(decode_json), then) << "seed " << seed;
    std::filesystem::remove(path);
  }
}

TEST_F(AReplayIsAsLive, and_gives_answers_that_the_client_had_taken_as_unmatched) {
  auto server = Server::start({.script = [](const testing::ReceivedMessage&) -> std::vector<testing::Reply> {
    return {{.payload = R"({"id":5,"result":"taken"})"}};
  }});
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), {.record_to = path});
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->request(R"({"id":5,"method":"m"})"));
  ASSERT_TRUE(client->close());
  EXPECT_EQ(replayed(true),
            std::vector<std::string>{R"(unmatched {"id":5,"result":"taken"}{"id":5,"result":"taken"})"});
}

TEST_F(AReplayIsAsLive, except_that_it_ends_where_the_handler_throws) {
  std::mt19937 random{1};
  (void)live(random, 5, true);
  const auto done = Recorder::replay_into(path, [](const Message&) { throw std::runtime_error{"enough"}; });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), errc::cancelled);
  EXPECT_EQ(Recorder::replay_into(path, Handler{}).error(), errc::invalid_config);
}

}  // namespace
}  // namespace zenws

#include "client/voice.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Lifecycle lost = Disconnected{Error{errc::disconnected}, 1006};

struct VoiceTest : ::testing::Test {
  VoiceTest() {
    set_logger([this](LogLevel, std::string_view line) { lines.emplace_back(line); });
  }
  ~VoiceTest() override { set_logger({}); }

  Options options() {
    Options options;
    options.on_lifecycle = [this](const Lifecycle&) { heard.emplace_back("lifecycle"); };
    options.on_connect = [this](const ClientRef&) { heard.emplace_back("connect"); };
    options.on_disconnect = [this](const ClientRef&) { heard.emplace_back("disconnect"); };
    return options;
  }
  Voice make(const Settings& settings) { return Voice{7, url, settings, nullptr, counters}; }

  std::string url = "ws://127.0.0.1/";
  Counters counters;
  std::vector<std::string> heard;
  std::vector<std::string> lines;
};

TEST_F(VoiceTest, tells_the_user_what_happens) {
  const Settings settings{options()};
  Voice voice = make(settings);
  voice.speaks_for(ClientRef{});
  voice.join();
  voice.tell(lost);
  voice.leave();
  EXPECT_THAT(heard, ElementsAre("connect", "lifecycle", "disconnect"));
}

TEST_F(VoiceTest, is_silent_when_that_was_promised_but_keeps_registries_right) {
  const Settings settings{options()};
  Voice voice = make(settings);
  voice.speaks_for(ClientRef{});
  voice.silence(Silence::callbacks);
  voice.silence(Silence::messages);  // it does not speak again
  voice.tell(lost);
  voice.leave();
  EXPECT_THAT(heard, ElementsAre("disconnect"));
  EXPECT_EQ(voice.silence(), Silence::callbacks);
}

TEST_F(VoiceTest, contains_what_a_callback_throws_and_says_so) {
  Options throwing = options();
  throwing.on_lifecycle = [](const Lifecycle&) { throw std::runtime_error{"of the user's"}; };
  const Settings settings{std::move(throwing)};
  Voice voice = make(settings);
  voice.tell(lost);
  EXPECT_EQ(counters.handler_failures.value(), 1U);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("of the user's")));
}

TEST_F(VoiceTest, names_itself_in_its_lines) {
  Options named;
  named.name = "feed-a";
  const Settings settings{std::move(named)};
  const Voice voice = make(settings);
  voice.log(LogLevel::warning, "hello");
  EXPECT_THAT(lines, ElementsAre("client 7 (feed-a) ws://127.0.0.1/: hello"));
}

TEST_F(VoiceTest, speaks_for_debugging_only_when_asked_to) {
  const Settings quiet{{}};
  make(quiet).log(LogLevel::debug, "hello");
  EXPECT_THAT(lines, IsEmpty());
  EXPECT_FALSE(make(quiet).debugs());
  Options options;
  options.debug = true;
  const Settings settings{std::move(options)};
  make(settings).log(LogLevel::debug, "hello");
  EXPECT_THAT(lines, ElementsAre("client 7 ws://127.0.0.1/: hello"));
}

}  // namespace
}  // namespace zenws::client

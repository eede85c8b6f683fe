#include "client/dialler.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/test_loop.hpp"

namespace zenws::client {
namespace {

using ::testing::ElementsAre;

const std::string target = "ws://user:secret@127.0.0.1:9/feed?token=abc";

struct DiallerTest : ::testing::Test {
  static Dialler make(const std::shared_ptr<net::Loop>& loop, const Settings& settings) {
    return Dialler{loop, settings, target, *parse_url(target)};
  }
  net::tests::TestLoop here;
};

TEST_F(DiallerTest, dials_the_same_url_each_time) {
  const Settings settings{{}};
  Dialler dialler = make(here.loop, settings);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto request = dialler.next(attempt, nullptr);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->url, *parse_url(target));
  }
  EXPECT_EQ(dialler.target(), target);
}

TEST_F(DiallerTest, tells_its_url_without_what_is_secret) {
  const Settings settings{{}};
  const Dialler dialler = make(here.loop, settings);
  EXPECT_EQ(dialler.redacted_url(), parse_url(target)->redacted);
  EXPECT_EQ(dialler.redacted_url().find("secret"), std::string::npos);
}

TEST_F(DiallerTest, asks_the_provider_each_time_and_is_called_by_its_last_answer) {
  std::vector<std::string> asked;
  Options options;
  options.endpoint_provider = [&](int attempt, const Error* last) -> Result<Endpoint> {
    asked.push_back(std::to_string(attempt) + (last == nullptr ? "" : " after an error"));
    if (attempt == 1) return std::unexpected{Error{errc::timeout}};
    return Endpoint{.url = "ws://127.0.0.1:" + std::to_string(1000 + attempt) + "/"};
  };
  const Settings settings{std::move(options)};
  Dialler dialler = make(here.loop, settings);
  EXPECT_TRUE(dialler.next(0, nullptr));
  EXPECT_EQ(dialler.redacted_url(), "ws://127.0.0.1:1000/");
  const Error last{errc::disconnected};
  EXPECT_EQ(dialler.next(1, &last).error(), errc::timeout);
  EXPECT_EQ(dialler.redacted_url(), "ws://127.0.0.1:1000/");
  EXPECT_TRUE(dialler.next(2, &last));
  EXPECT_EQ(dialler.redacted_url(), "ws://127.0.0.1:1002/");
  EXPECT_THAT(asked, ElementsAre("0", "1 after an error", "2 after an error"));
}

}  // namespace
}  // namespace zenws::client

#include "client/audience.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/test_loop.hpp"

namespace zenws::client {
namespace {

using ::testing::ElementsAre;

class Watcher final : public EndWatcher {
 public:
  void client_ended(std::uint64_t id) override { ended.push_back(id); }
  std::vector<std::uint64_t> ended;
};

struct AudienceTest : ::testing::Test {
  Completion<void> completion(const std::string& name) {
    return Completion<void>{[this, name](const Result<>& result) {
      told.push_back(name + ": " + (result ? "ok" : result.error().code().message()));
    }};
  }
  net::tests::TestLoop here;
  Audience audience{here.loop, nullptr};
  std::vector<std::string> told;
  const std::string closed = make_error_code(errc::closed).message();
};

TEST_F(AudienceTest, is_told_of_the_beginning_once) {
  audience.awaits_beginning(completion("start"));
  audience.begun({});
  audience.begun({});
  audience.ended(1, Error{errc::closed});
  EXPECT_THAT(told, ElementsAre("start: ok"));
}

TEST_F(AudienceTest, that_waits_for_a_beginning_is_told_of_the_end_in_its_place) {
  audience.awaits_beginning(completion("start"));
  audience.awaits_end(completion("close"));
  audience.ended(1, Error{errc::closed});
  EXPECT_THAT(told, ElementsAre("start: " + closed, "close: ok"));
}

TEST_F(AudienceTest, is_told_of_the_end_once_however_often_it_asked) {
  const auto watcher = std::make_shared<Watcher>();
  const auto other = std::make_shared<Watcher>();
  audience.awaits_end(watcher);
  audience.awaits_end(other);
  audience.awaits_end(watcher);
  audience.awaits_end(std::make_shared<Watcher>());  // it is gone before
  audience.ended(7, Error{errc::closed});
  audience.ended(7, Error{errc::closed});
  EXPECT_THAT(watcher->ended, ElementsAre(7));
  EXPECT_THAT(other->ended, ElementsAre(7));
}

}  // namespace
}  // namespace zenws::client

#include "client/inbox.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/test_loop.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct InboxTest : ::testing::Test, Inbox::Owner {
  ~InboxTest() override {
    for (const auto& inbox : made) inbox->stop();
    here.run_ready();  // what was posted refers to them
  }
  std::shared_ptr<void> keep() override { return alive; }
  void resume_reading() override { asked.emplace_back("resume"); }
  void answers_cannot_come(const Error& why) override { asked.push_back("no answers: " + why.code().message()); }
  void mailbox_refused(const Error& why) override { asked.push_back("refused: " + why.code().message()); }

  Inbox& make(Options options) {
    settings.push_back(std::make_unique<Settings>(std::move(options)));
    made.push_back(std::make_unique<Inbox>(*here.loop, settings.back()->options(), counters, voice, *this));
    return *made.back();
  }
  static std::string next(Inbox& inbox, std::chrono::milliseconds patience = 0ms) {
    const auto message = inbox.receive(Clock::now() + patience);
    return message ? std::string{message->text()} : message.error().code().message();
  }
  static std::string says(errc code) { return make_error_code(code).message(); }

  net::tests::TestLoop here;
  std::shared_ptr<int> alive = std::make_shared<int>();
  Counters counters;
  Settings silent{{}};
  std::string url = "ws://127.0.0.1/";
  Voice voice{1, url, silent, nullptr, counters};
  std::vector<std::unique_ptr<Settings>> settings;
  std::vector<std::unique_ptr<Inbox>> made;
  std::vector<std::string> asked;
};

TEST_F(InboxTest, holds_what_comes_until_somebody_takes_it) {
  Inbox& inbox = make({});
  inbox.deliver(TextMessage{"a"});
  inbox.deliver(TextMessage{"b"});
  EXPECT_EQ(next(inbox), "a");
  EXPECT_EQ(next(inbox), "b");
  EXPECT_EQ(next(inbox), says(errc::timeout));
}

TEST_F(InboxTest, pauses_reading_while_it_is_full_and_resumes_it_when_there_is_room) {
  Inbox& inbox = make({.mailbox_limit = 2});
  inbox.deliver(TextMessage{"a"});
  EXPECT_TRUE(inbox.has_room(false));
  inbox.deliver(TextMessage{"b"});
  EXPECT_FALSE(inbox.has_room(false));
  here.run_ready();
  EXPECT_THAT(asked, IsEmpty());
  EXPECT_EQ(next(inbox), "a");
  here.run_ready();
  EXPECT_THAT(asked, ElementsAre("resume"));
}

TEST_F(InboxTest, reads_on_behind_what_fills_it_while_an_answer_is_waited_for) {
  Inbox& inbox = make({.mailbox_limit = 1, .mailbox_bytes = 100});
  inbox.deliver(TextMessage{"a"});
  EXPECT_TRUE(inbox.has_room(true));
  counters.pending_requests.set(1);
  EXPECT_TRUE(inbox.has_room(false));
  inbox.deliver(TextMessage{std::string(200, 'x')});
  EXPECT_FALSE(inbox.has_room(false));
  here.run_ready();
  EXPECT_THAT(asked, ElementsAre("no answers: " + says(errc::mailbox_full)));
}

TEST_F(InboxTest, resumes_reading_for_a_request_that_is_sent_while_it_is_full) {
  Inbox& inbox = make({.mailbox_limit = 1});
  inbox.expects_an_answer();
  inbox.deliver(TextMessage{"a"});
  EXPECT_FALSE(inbox.has_room(false));
  here.run_ready();
  EXPECT_THAT(asked, IsEmpty());
  inbox.expects_an_answer();
  here.run_ready();
  EXPECT_THAT(asked, ElementsAre("resume"));
}

TEST_F(InboxTest, tells_what_found_no_room_where_that_is_the_end) {
  Inbox& inbox = make({.mailbox_limit = 1, .mailbox_overflow = MailboxOverflow::disconnect});
  inbox.deliver(TextMessage{"a"});
  inbox.deliver(TextMessage{"b"});
  EXPECT_THAT(asked, ElementsAre("refused: " + says(errc::mailbox_full)));
}

TEST_F(InboxTest, calls_receivers_when_something_comes_or_their_time_is_up) {
  Inbox& inbox = make({});
  std::vector<std::string> got;
  const auto receiver = [&](Result<OwnedMessage> message) {
    got.push_back(message ? std::string{message->text()} : message.error().code().message());
  };
  inbox.async_receive(never, receiver);
  inbox.async_receive(Clock::now() + 1ms, receiver);
  const auto ticket = inbox.async_receive(never, receiver);
  inbox.deliver(TextMessage{"a"});
  EXPECT_TRUE(here.run_until([&] { return got.size() == 2; }));
  inbox.forget(ticket);
  inbox.deliver(TextMessage{"b"});
  EXPECT_THAT(got, ElementsAre("a", says(errc::timeout)));
  EXPECT_EQ(next(inbox), "b");
}

TEST_F(InboxTest, gives_what_is_left_and_then_the_end) {
  Inbox& inbox = make({});
  inbox.deliver(TextMessage{"a"});
  inbox.stop();
  inbox.end(Error{errc::closed});
  EXPECT_EQ(next(inbox), "a");
  EXPECT_EQ(next(inbox), says(errc::closed));
}

}  // namespace
}  // namespace zenws::client

#include "client/calls.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/test_loop.hpp"
#include "support/sender.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct CallsTest : ::testing::Test, private Calls::Owner {
  std::shared_ptr<void> keep() override { return std::make_shared<int>(); }
  bool has_read() override { return has_read_all; }
  void call_ended() override { ++ended; }

  void open(std::uint64_t epoch) {
    links.push_back(std::make_shared<test::Sender>(here.loop, door, epoch, counters.link));
    door.enter(links.back()->outbox);
  }
  ~CallsTest() override {
    calls.stop();
    here.run_ready();  // what was posted refers to the calls
    for (const auto& link : links) link->outbox.detach();
  }
  std::optional<Tracked> ask(int id, std::chrono::milliseconds timeout = 1h) {
    const std::string text = R"({"id":)" + std::to_string(id) + R"(,"method":"m"})";
    return calls.request(text, {}, timeout, Completion<Response>{[this, id](const Result<Response>& result) {
                           outcomes.push_back(std::to_string(id) + ": " +
                                              (result ? std::string{result->text()} : result.error().code().message()));
                         }},
                         link::any_epoch);
  }
  bool answer(std::optional<std::int64_t> id, std::uint64_t epoch = 1) {
    const std::string text = "the answer";
    link::Inbound inbound{.message = TextMessage{text}, .reading = {.kind = Reading::Kind::reply}, .text = text};
    if (id) inbound.reading.id = *id;
    return calls.takes(inbound, epoch, never);
  }
  static std::string ends(int id, errc code) { return std::to_string(id) + ": " + make_error_code(code).message(); }

  std::vector<std::string> outcomes;  // what still waits at the end is told too
  net::tests::TestLoop here;
  Settings settings{{}};
  Counters counters;
  std::string url = "ws://127.0.0.1/";
  Voice voice{1, url, settings, nullptr, counters};
  link::Door door{counters.state};
  Calls calls{*here.loop, settings.options(), door, counters, voice, *this};
  std::vector<std::shared_ptr<test::Sender>> links;
  bool has_read_all = true;
  int ended = 0;
};

TEST_F(CallsTest, end_at_once_where_nothing_is_connected) {
  EXPECT_FALSE(ask(1));
  EXPECT_THAT(outcomes, ElementsAre(ends(1, errc::not_connected)));
  EXPECT_EQ(counters.pending_requests.value(), 0U);
}

TEST_F(CallsTest, end_once_by_the_answer_that_names_them) {
  open(1);
  ASSERT_TRUE(ask(1));
  ASSERT_TRUE(ask(2));
  EXPECT_TRUE(answer(2));
  EXPECT_THAT(outcomes, ElementsAre("2: the answer"));
  EXPECT_FALSE(answer(2)) << "nobody waits for it any more";
  EXPECT_TRUE(answer(1));
  EXPECT_THAT(outcomes, ElementsAre("2: the answer", "1: the answer"));
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(calls.latency().samples().size(), 2U);
}

TEST_F(CallsTest, end_in_their_order_by_answers_that_name_none_of_them) {
  open(1);
  ASSERT_TRUE(ask(1));
  ASSERT_TRUE(ask(2));
  EXPECT_FALSE(answer(std::nullopt, 2)) << "of another connection";
  EXPECT_TRUE(answer(std::nullopt));
  EXPECT_THAT(outcomes, ElementsAre("1: the answer"));
}

TEST_F(CallsTest, refuse_an_id_that_waits_already) {
  open(1);
  ASSERT_TRUE(ask(1));
  EXPECT_FALSE(ask(1));
  EXPECT_THAT(outcomes, ElementsAre(ends(1, errc::duplicate_request_id)));
  EXPECT_EQ(counters.link.messages_out.value(), 1U);
}

TEST_F(CallsTest, end_by_their_cancellation) {
  open(1);
  const auto call = ask(1);
  ASSERT_TRUE(call);
  calls.cancel(*call);
  EXPECT_THAT(outcomes, ElementsAre(ends(1, errc::cancelled)));
  EXPECT_FALSE(answer(1));
  here.run_ready();
  EXPECT_EQ(ended, 1);
}

TEST_F(CallsTest, end_with_the_connections_they_were_sent_on) {
  open(1);
  ASSERT_TRUE(ask(1));
  open(2);
  ASSERT_TRUE(ask(2));
  EXPECT_TRUE(calls.waits_on(1));
  calls.end_of(0, 1, Error{errc::disconnected});
  EXPECT_THAT(outcomes, ElementsAre(ends(1, errc::disconnected)));
  EXPECT_FALSE(calls.waits_on(1));
  calls.end_all(Error{errc::closed});
  EXPECT_THAT(outcomes, ElementsAre(ends(1, errc::disconnected), ends(2, errc::closed)));
}

TEST_F(CallsTest, are_called_late_only_when_what_came_was_read) {
  open(1);
  calls.start();
  has_read_all = false;
  ASSERT_TRUE(ask(1, 1ms));
  ASSERT_TRUE(ask(2, 1h));
  for (int i = 0; i < 5; ++i) {
    here.io.restart();
    here.io.run_one_for(5ms);
  }
  EXPECT_TRUE(outcomes.empty());
  has_read_all = true;
  EXPECT_TRUE(here.run_until([&] { return !outcomes.empty(); }));
  EXPECT_THAT(outcomes, ElementsAre(ends(1, errc::timeout)));
  EXPECT_EQ(counters.request_timeouts.value(), 1U);
}

}  // namespace
}  // namespace zenws::client

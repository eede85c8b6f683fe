// The mailbox's bound, its overflow policies, and who gets what.
#include "client/mailbox.hpp"

#include <future>

#include <gtest/gtest.h>

namespace zenws::client {
namespace {

using namespace std::chrono_literals;

OwnedMessage text(std::string_view words) { return {OwnedMessage::Kind::text, std::as_bytes(std::span{words})}; }

struct MailboxTest : ::testing::Test {
  Counters counters;
  bool room = false;

  std::string next(Mailbox& mailbox) {
    const Result<OwnedMessage> message = mailbox.receive(Clock::now(), room);
    return message ? std::string{message->text()} : to_string(message.error());
  }
};

TEST_F(MailboxTest, gives_messages_in_order) {
  Mailbox mailbox{{10, 1000}, MailboxOverflow::pause_reading, counters};
  EXPECT_EQ(mailbox.deliver(text("1")), Delivery::kept);
  EXPECT_EQ(mailbox.deliver(text("2")), Delivery::kept);
  EXPECT_EQ(counters.mailbox_size.value(), 2U);
  EXPECT_EQ(next(mailbox), "1");
  EXPECT_EQ(next(mailbox), "2");
  EXPECT_EQ(counters.mailbox_size.value(), 0U);
}

TEST_F(MailboxTest, times_out_when_nothing_comes) {
  Mailbox mailbox{{10, 1000}, MailboxOverflow::pause_reading, counters};
  const auto message = mailbox.receive(Clock::now() + 1ms, room);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error(), errc::timeout);
}

TEST_F(MailboxTest, pauses_when_full_and_tells_once_when_half_empty) {
  Mailbox mailbox{{2, 1000}, MailboxOverflow::pause_reading, counters};
  EXPECT_TRUE(mailbox.has_room(false));
  EXPECT_EQ(mailbox.deliver(text("1")), Delivery::kept);
  EXPECT_EQ(mailbox.deliver(text("2")), Delivery::kept);
  EXPECT_FALSE(mailbox.has_room(false));
  EXPECT_EQ(next(mailbox), "1");
  EXPECT_TRUE(room);
  room = false;
  EXPECT_EQ(next(mailbox), "2");
  EXPECT_FALSE(room);
}

TEST_F(MailboxTest, of_one_message_goes_on_after_each) {
  Mailbox mailbox{{1, 1000}, MailboxOverflow::pause_reading, counters};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(mailbox.deliver(text("x")), Delivery::kept);
    EXPECT_FALSE(mailbox.has_room(false));
    EXPECT_EQ(next(mailbox), "x");
    EXPECT_TRUE(room);
    EXPECT_TRUE(mailbox.has_room(false));
  }
}

TEST_F(MailboxTest, says_nothing_of_room_when_nobody_asked_for_it) {
  Mailbox mailbox{{1, 1000}, MailboxOverflow::pause_reading, counters};
  EXPECT_EQ(mailbox.deliver(text("1")), Delivery::kept);
  EXPECT_EQ(next(mailbox), "1");
  EXPECT_FALSE(room);
}

TEST_F(MailboxTest, pauses_too_when_its_bytes_are_reached) {
  Mailbox mailbox{{10, 4}, MailboxOverflow::pause_reading, counters};
  EXPECT_EQ(mailbox.deliver(text("123")), Delivery::kept);
  EXPECT_TRUE(mailbox.has_room(false));
  EXPECT_FALSE(mailbox.is_paused());
  EXPECT_EQ(mailbox.deliver(text("456")), Delivery::kept);
  EXPECT_FALSE(mailbox.has_room(false));
  EXPECT_FALSE(mailbox.has_room(true));
  EXPECT_TRUE(mailbox.is_paused());
  EXPECT_EQ(next(mailbox), "123");
  EXPECT_FALSE(room);
  EXPECT_EQ(next(mailbox), "456");
  EXPECT_TRUE(room);
  EXPECT_FALSE(mailbox.is_paused());
}

TEST_F(MailboxTest, has_room_beyond_its_messages_for_what_must_be_read) {
  Mailbox mailbox{{1, 4}, MailboxOverflow::pause_reading, counters};
  for (const char* words : {"12", "34"}) {
    EXPECT_TRUE(mailbox.has_room(true));
    EXPECT_EQ(mailbox.deliver(text(words)), Delivery::kept);
    EXPECT_FALSE(mailbox.has_room(false));
  }
  EXPECT_FALSE(mailbox.has_room(true));
}

TEST_F(MailboxTest, drops_by_its_bytes_and_keeps_one_message_however_large) {
  Mailbox oldest{{10, 4}, MailboxOverflow::drop_oldest, counters};
  for (const char* words : {"1", "2", "3", "larger"}) EXPECT_NE(oldest.deliver(text(words)), Delivery::refused);
  EXPECT_EQ(next(oldest), "larger");
  EXPECT_EQ(counters.dropped_mailbox.value(), 3U);
  EXPECT_EQ(counters.mailbox_bytes.value(), 0U);
  Mailbox newest{{10, 4}, MailboxOverflow::drop_newest, counters};
  for (const char* words : {"larger", "2"}) EXPECT_NE(newest.deliver(text(words)), Delivery::refused);
  EXPECT_EQ(next(newest), "larger");
  EXPECT_EQ(counters.dropped_mailbox.value(), 4U);
  Mailbox ends{{10, 4}, MailboxOverflow::disconnect, counters};
  EXPECT_EQ(ends.deliver(text("larger")), Delivery::kept);
  EXPECT_EQ(ends.deliver(text("2")), Delivery::refused);
}

TEST_F(MailboxTest, drops_the_oldest) {
  Mailbox mailbox{{2, 1000}, MailboxOverflow::drop_oldest, counters};
  for (const char* words : {"1", "2"}) EXPECT_EQ(mailbox.deliver(text(words)), Delivery::kept);
  EXPECT_EQ(mailbox.deliver(text("3")), Delivery::dropping);
  EXPECT_EQ(next(mailbox), "2");
  EXPECT_EQ(next(mailbox), "3");
  EXPECT_EQ(counters.dropped_mailbox.value(), 1U);
}

TEST_F(MailboxTest, drops_the_newest) {
  Mailbox mailbox{{2, 1000}, MailboxOverflow::drop_newest, counters};
  for (const char* words : {"1", "2"}) EXPECT_EQ(mailbox.deliver(text(words)), Delivery::kept);
  EXPECT_EQ(mailbox.deliver(text("3")), Delivery::dropping);
  EXPECT_EQ(next(mailbox), "1");
  EXPECT_EQ(next(mailbox), "2");
  EXPECT_EQ(counters.dropped_mailbox.value(), 1U);
}

TEST_F(MailboxTest, tells_once_that_it_drops_until_it_was_half_empty) {
  for (const auto overflow : {MailboxOverflow::drop_oldest, MailboxOverflow::drop_newest}) {
    Mailbox mailbox{{4, 1000}, overflow, counters};
    for (int i = 0; i < 4; ++i) EXPECT_EQ(mailbox.deliver(text("x")), Delivery::kept);
    EXPECT_EQ(mailbox.deliver(text("x")), Delivery::dropping);
    EXPECT_EQ(mailbox.deliver(text("x")), Delivery::kept);
    EXPECT_EQ(next(mailbox), "x");
    for (int i = 0; i < 2; ++i) EXPECT_EQ(mailbox.deliver(text("x")), Delivery::kept);
    EXPECT_EQ(next(mailbox), "x");
    EXPECT_EQ(next(mailbox), "x");
    for (int i = 0; i < 2; ++i) EXPECT_EQ(mailbox.deliver(text("x")), Delivery::kept);
    EXPECT_EQ(mailbox.deliver(text("x")), Delivery::dropping);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(next(mailbox), "x");
  }
}

TEST_F(MailboxTest, asks_to_disconnect) {
  Mailbox mailbox{{1, 1000}, MailboxOverflow::disconnect, counters};
  EXPECT_EQ(mailbox.deliver(text("1")), Delivery::kept);
  EXPECT_EQ(mailbox.deliver(text("2")), Delivery::refused);
}

TEST_F(MailboxTest, gives_what_is_left_and_then_the_end) {
  Mailbox mailbox{{2, 1000}, MailboxOverflow::pause_reading, counters};
  EXPECT_EQ(mailbox.deliver(text("1")), Delivery::kept);
  mailbox.end(Error{errc::closed});
  mailbox.end(Error{errc::timeout});  // the first end counts
  EXPECT_EQ(next(mailbox), "1");
  const auto after = mailbox.receive(never, room);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error(), errc::closed);
}

TEST_F(MailboxTest, wakes_a_waiting_thread) {
  Mailbox mailbox{{2, 1000}, MailboxOverflow::pause_reading, counters};
  auto waiting = std::async(std::launch::async, [&] {
    bool ignored = false;
    return mailbox.receive(never, ignored);
  });
  EXPECT_EQ(mailbox.deliver(text("1")), Delivery::kept);
  const auto message = waiting.get();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->text(), "1");
}

TEST_F(MailboxTest, hands_messages_to_asynchronous_receivers_in_their_order) {
  Mailbox mailbox{{2, 1000}, MailboxOverflow::pause_reading, counters};
  std::string seen;
  for (const char* name : {"a", "b"}) {
    mailbox.async_receive(
        [&seen, name](Result<OwnedMessage> message) { seen += name + (message ? std::string{message->text()} : "!"); },
        never, room);
  }
  EXPECT_EQ(mailbox.deliver(text("1")), Delivery::kept);
  EXPECT_EQ(seen, "a1");
  mailbox.end(Error{errc::closed});
  EXPECT_EQ(seen, "a1b!");
}

TEST_F(MailboxTest, forgets_a_receiver_uncalled) {
  Mailbox mailbox{{2, 1000}, MailboxOverflow::pause_reading, counters};
  std::string seen;
  const auto ticket = mailbox.async_receive([&](const Result<OwnedMessage>&) { seen += "called"; }, never, room);
  mailbox.forget(ticket);
  mailbox.forget(ticket);
  EXPECT_EQ(mailbox.deliver(text("1")), Delivery::kept);
  EXPECT_EQ(seen, "");
  EXPECT_EQ(next(mailbox), "1");
}

TEST_F(MailboxTest, ends_receivers_whose_time_is_up_and_no_others) {
  Mailbox mailbox{{2, 1000}, MailboxOverflow::pause_reading, counters};
  const TimePoint now = Clock::now();
  std::string seen;
  const auto receive = [&](char name, TimePoint deadline) {
    mailbox.async_receive(
        [&seen, name](const Result<OwnedMessage>& message) {
          seen += name;
          seen += message ? '+' : message.error() == errc::timeout ? '!' : '?';
        },
        deadline, room);
  };
  receive('a', now + 2s);
  receive('b', now + 1s);
  receive('c', never);
  EXPECT_EQ(mailbox.deadline(), now + 1s);
  mailbox.expire(now + 1s);
  EXPECT_EQ(seen, "b!");
  EXPECT_EQ(mailbox.deadline(), now + 2s);
  mailbox.expire(now + 2s);
  EXPECT_EQ(mailbox.deadline(), never);
  EXPECT_EQ(mailbox.deliver(text("1")), Delivery::kept);
  EXPECT_EQ(seen, "b!a!c+");
}

TEST_F(MailboxTest, gives_first_what_was_given_back) {
  Mailbox mailbox{{2, 1000}, MailboxOverflow::pause_reading, counters};
  EXPECT_EQ(mailbox.deliver(text("2")), Delivery::kept);
  mailbox.give_back(text("1"));
  EXPECT_EQ(counters.mailbox_size.value(), 2U);
  EXPECT_EQ(next(mailbox), "1");
  EXPECT_EQ(next(mailbox), "2");
  EXPECT_EQ(counters.mailbox_bytes.value(), 0U);
}

}  // namespace
}  // namespace zenws::client

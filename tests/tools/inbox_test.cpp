// What the client's loop leaves for a main thread that polls.
#include "connect/inbox.hpp"

#include <poll.h>

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

bool is_readable(const Inbox& inbox) {
  pollfd entry{.fd = inbox.descriptor(), .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 1;
}

Result<OwnedMessage> message(std::string_view text) {
  return OwnedMessage{OwnedMessage::Kind::text, std::as_bytes(std::span{text})};
}

TEST(Inbox, is_empty_and_silent_at_first) {
  Inbox inbox;
  EXPECT_FALSE(is_readable(inbox));
  EXPECT_FALSE(inbox.take_opened());
  EXPECT_FALSE(inbox.take_message());
}

TEST(Inbox, wakes_its_reader_and_gives_what_was_put_once) {
  Inbox inbox;
  inbox.put(message("hello"));
  EXPECT_TRUE(is_readable(inbox));
  const auto taken = inbox.take_message();
  ASSERT_TRUE(taken && *taken);
  EXPECT_EQ((*taken)->text(), "hello");
  EXPECT_FALSE(inbox.take_message());
  EXPECT_FALSE(inbox.take_opened());
}

TEST(Inbox, is_silent_again_when_cleared_and_keeps_what_is_in_it) {
  Inbox inbox;
  inbox.put(Result<Client>{std::unexpected{Error{errc::timeout}}});
  inbox.clear();
  inbox.clear();
  EXPECT_FALSE(is_readable(inbox));
  const auto taken = inbox.take_opened();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->error(), errc::timeout);
}

}  // namespace
}  // namespace zenws::program

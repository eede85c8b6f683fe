#include "link/door.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "net/loop.hpp"
#include "support/sender.hpp"

namespace zenws::link {
namespace {

using test::Sender;
using ::testing::HasSubstr;

// Six bytes of header and mask before each text.
constexpr std::size_t frame_size = 6 + 5;

struct DoorTest : ::testing::Test {
  Result<> send(std::uint64_t epoch = any_epoch) { return door.enqueue(ws::Opcode::text, as_bytes("hello"), epoch); }
  std::shared_ptr<Sender> sender(std::uint64_t epoch) { return std::make_shared<Sender>(loop, door, epoch, counters); }

  boost::asio::io_context io;
  std::shared_ptr<net::Loop> loop = net::tests::nested_loop(io);
  std::atomic<State> state{State::reconnecting};
  Counters counters;
  Door door{state};

  ~DoorTest() override { loop->end(); }
};

TEST_F(DoorTest, with_nobody_behind_it_says_how_the_client_is) {
  const Result<> sent = send();
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error(), errc::not_connected);
  EXPECT_THAT(sent.error().detail(), HasSubstr("reconnecting"));
  EXPECT_EQ(door.open_epoch().error(), errc::not_connected);
}

TEST_F(DoorTest, leads_to_the_present_connection_until_that_has_left) {
  const auto first = sender(1);
  door.enter(first->outbox);
  EXPECT_TRUE(send());
  EXPECT_EQ(first->arrived(), frame_size);
  EXPECT_EQ(counters.messages_out.value(), 1);
  EXPECT_EQ(counters.bytes_out.value(), frame_size);
  EXPECT_EQ(counters.send_queue_bytes.value(), 0);
  first->outbox.detach();
  EXPECT_EQ(send().error(), errc::not_connected);
  EXPECT_EQ(door.epoch(), 1) << "of the last one";
}

TEST_F(DoorTest, gives_nothing_that_was_meant_for_one_connection_to_the_next) {
  const auto first = sender(1);
  const auto second = sender(2);
  door.enter(first->outbox);
  first->outbox.detach();
  door.enter(second->outbox);
  EXPECT_EQ(send(1).error(), errc::not_connected);
  EXPECT_TRUE(send(2));
  EXPECT_EQ(second->arrived(), frame_size);
}

TEST_F(DoorTest, leads_to_a_successor_only_what_names_it) {
  const auto first = sender(1);
  const auto successor = sender(2);
  door.enter(first->outbox);
  door.offer(successor->outbox);
  EXPECT_TRUE(send());
  EXPECT_TRUE(send(2));
  EXPECT_TRUE(send(2));
  EXPECT_EQ(first->arrived(), frame_size);
  EXPECT_EQ(successor->arrived(), 2 * frame_size);
  successor->outbox.detach();
  EXPECT_EQ(send(2).error(), errc::not_connected);
  EXPECT_TRUE(send());
}

TEST_F(DoorTest, leads_what_was_meant_for_the_old_connection_to_who_took_over) {
  const auto first = sender(1);
  const auto second = sender(2);
  const auto third = sender(3);
  door.enter(first->outbox);
  door.offer(second->outbox);
  door.take_over();
  door.offer(third->outbox);
  door.take_over();
  EXPECT_EQ(door.epoch(), 3);
  for (const std::uint64_t epoch : {any_epoch, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}}) {
    EXPECT_TRUE(send(epoch)) << epoch;
  }
  EXPECT_EQ(third->arrived(), 4 * frame_size);
  EXPECT_EQ(first->arrived() + second->arrived(), 0);
}

TEST_F(DoorTest, loses_no_message_of_a_thread_that_sends_while_one_takes_over_from_another) {
  constexpr std::uint64_t rotations = 200;
  std::shared_ptr<Sender> present = sender(1);
  door.enter(present->outbox);
  std::size_t arrived = 0;
  std::uint64_t sent = 0;
  std::atomic<bool> is_over{false};
  std::thread thread{[&] {
    while (!is_over) sent += send(1).has_value() ? 1U : 0U;
  }};
  for (std::uint64_t epoch = 2; epoch < 2 + rotations; ++epoch) {
    const std::shared_ptr<Sender> successor = sender(epoch);
    door.offer(successor->outbox);
    door.take_over();
    present->outbox.flush();
    present->outbox.detach();
    arrived += present->arrived();
    present = successor;
  }
  is_over = true;
  thread.join();
  present->outbox.flush();
  EXPECT_EQ(counters.send_queue_bytes.value(), 0);
  EXPECT_EQ(arrived + present->arrived(), sent * frame_size);
  EXPECT_EQ(counters.messages_out.value(), sent);
  present->outbox.detach();
}

TEST_F(DoorTest, counts_what_its_connection_had_no_time_to_send) {
  const auto first = sender(1);
  door.enter(first->outbox);
  std::uint64_t sent = 0;
  while (counters.send_queue_bytes.value() < 100 * frame_size) sent += send().has_value() ? 1U : 0U;  // nobody reads
  first->outbox.detach();
  EXPECT_EQ(counters.send_queue_bytes.value(), 0);
  const std::uint64_t written = counters.bytes_out.value() / frame_size;
  EXPECT_EQ(counters.dropped_on_disconnect.value(), sent - written);
}

}  // namespace
}  // namespace zenws::link

// How streams end, seen from both sides.
#include "net/stream.hpp"

#include <poll.h>

#include <gtest/gtest.h>

#include "net/blocking.hpp"
#include "net/plain_stream.hpp"
#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

struct StreamEnds : ::testing::Test {
  boost::asio::io_context io;
  std::pair<Socket, Socket> pair = connected_pair(io);
  PlainStream near{std::move(pair.first)};
  PlainStream far{std::move(pair.second)};
};

TEST_F(StreamEnds, close_sends_fin_behind_what_was_written) {
  write(near, "last words");
  near.close(false);
  EXPECT_FALSE(near.socket().is_open());
  const Read got = read_to_end(far);
  EXPECT_EQ(got.text, "last words");
  EXPECT_EQ(got.last.status, Transfer::Status::ended);
}

TEST_F(StreamEnds, close_sends_fin_even_when_bytes_were_left_unread) {
  write(far, std::string(100'000, 'x'));
  ASSERT_TRUE(wait_for(near, Transfer::Status::want_read));
  write(near, "last words");
  near.close(false);
  const Read got = read_to_end(far);
  EXPECT_EQ(got.text, "last words");
  EXPECT_EQ(got.last.status, Transfer::Status::ended);
}

TEST_F(StreamEnds, close_with_reset_sends_rst) {
  near.close(true);
  EXPECT_EQ(read_to_end(far).last.error, std::error_code(ECONNRESET, std::system_category()));
}

TEST_F(StreamEnds, closing_twice_is_harmless) {
  near.close(false);
  near.close(true);
  EXPECT_EQ(read_to_end(far).last.status, Transfer::Status::ended);
}

TEST_F(StreamEnds, a_closed_stream_fails_to_read_and_write) {
  near.close(false);
  std::array<std::byte, 8> into{};
  EXPECT_EQ(near.read_some(into).error, std::error_code(EBADF, std::system_category()));
  EXPECT_EQ(near.write_some(bytes_of("x")).error, std::error_code(EBADF, std::system_category()));
}

}  // namespace
}  // namespace zenws::net::tests

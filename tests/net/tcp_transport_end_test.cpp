// How transports end, seen from both sides.
#include <netinet/tcp.h>
#include <poll.h>

#include <gtest/gtest.h>

#include "net/blocking.hpp"
#include "net/tcp_transport.hpp"
#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

struct TcpTransportEnds : ::testing::Test, TransportPair {};

TEST_F(TcpTransportEnds, close_sends_fin_behind_what_was_written) {
  write(near, "last words");
  near.close(false);
  EXPECT_EQ(near.descriptor(), -1);
  const Read got = read_to_end(far);
  EXPECT_EQ(got.text, "last words");
  EXPECT_EQ(got.last.status, Transfer::Status::ended);
}

TEST_F(TcpTransportEnds, close_sends_fin_even_when_bytes_were_left_unread) {
  write(far, std::string(100'000, 'x'));
  ASSERT_TRUE(wait_for(near, Transfer::Status::want_read));
  write(near, "last words");
  near.close(false);
  const Read got = read_to_end(far);
  EXPECT_EQ(got.text, "last words");
  EXPECT_EQ(got.last.status, Transfer::Status::ended);
}

TEST_F(TcpTransportEnds, close_with_reset_sends_rst) {
  near.close(true);
  EXPECT_EQ(read_to_end(far).last.error, std::error_code(ECONNRESET, std::system_category()));
}

TEST_F(TcpTransportEnds, closing_twice_is_harmless) {
  near.close(false);
  near.close(true);
  EXPECT_EQ(read_to_end(far).last.status, Transfer::Status::ended);
}

TEST_F(TcpTransportEnds, a_closed_stream_fails_to_read_and_write) {
  near.close(false);
  std::array<std::byte, 8> into{};
  EXPECT_EQ(near.read_some(into).error, std::error_code(EBADF, std::system_category()));
  EXPECT_EQ(near.write_some(bytes_of("x")).error, std::error_code(EBADF, std::system_category()));
}

TEST_F(TcpTransportEnds, a_peer_that_vanishes_is_noticed) {
  near.keep_alive();
  EXPECT_EQ(option_of(near.descriptor(), SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option_of(near.descriptor(), IPPROTO_TCP, TCP_KEEPIDLE), 30);
  EXPECT_EQ(option_of(near.descriptor(), IPPROTO_TCP, TCP_KEEPINTVL), 10);
  EXPECT_EQ(option_of(near.descriptor(), IPPROTO_TCP, TCP_USER_TIMEOUT), 50'000);
}

struct TcpTransportWaits : TcpTransportEnds {
  void wait_to_read() {
    near.wait_readable([this] { ++readable; });
  }
  void let_it_read() {
    write(far, "x");
    const int before = readable;
    ASSERT_TRUE(on.run_until([&] { return readable > before; }));
    std::array<std::byte, 64> piece{};
    EXPECT_EQ(near.read_some(piece).bytes, 1U);
  }
  void fill() {
    const std::string text(std::size_t{24} << 20U, 'x');
    while (near.write_some(bytes_of(text)).status == Transfer::Status::ok) {
    }
  }
  void empty() {
    std::array<std::byte, 65536> piece{};
    while (far.read_some(piece).status == Transfer::Status::ok) {
    }
  }

  int readable = 0;
  int writable = 0;
};

TEST_F(TcpTransportWaits, end_once_each_time_that_something_comes) {
  for (int round = 1; round <= 3; ++round) {
    wait_to_read();
    on.run_ready();
    EXPECT_EQ(readable, round - 1) << "although the socket can be written to";
    let_it_read();
    EXPECT_EQ(readable, round);
  }
}

TEST_F(TcpTransportWaits, are_told_of_what_came_before_them) {
  write(far, "x");
  ASSERT_TRUE(wait_for(near, Transfer::Status::want_read));
  on.run_ready();
  wait_to_read();
  EXPECT_EQ(readable, 0) << "called from inside";
  EXPECT_TRUE(on.run_until([&] { return readable == 1; }));
}

TEST_F(TcpTransportWaits, are_told_of_an_end_that_came_with_the_last_bytes) {
  write(far, "bye");
  far.close(false);
  wait_to_read();
  EXPECT_TRUE(on.run_until([&] { return readable == 1; }));
  std::array<std::byte, 64> piece{};
  const Transfer last = near.read_some(piece);
  EXPECT_EQ(last.bytes, 3U);
  EXPECT_TRUE(last.more);
  EXPECT_EQ(near.read_some(piece).status, Transfer::Status::ended);
}

TEST_F(TcpTransportWaits, for_both_sides_at_once_are_both_kept) {
  fill();
  near.wait_writable([&] { ++writable; });
  wait_to_read();
  write(far, "x");
  EXPECT_TRUE(on.run_until([&] {
    empty();
    return readable == 1 && writable == 1;
  }));
}

// Room may come between the write that found none and the wait.
TEST_F(TcpTransportWaits, for_room_are_told_of_room_that_came_before_them) {
  fill();
  empty();
  on.run_ready();
  near.wait_writable([&] { ++writable; });
  EXPECT_EQ(writable, 0) << "called from inside";
  EXPECT_TRUE(on.run_until([&] { return writable == 1; }));
}

TEST_F(TcpTransportWaits, are_forgotten_when_it_is_closed) {
  const auto held = std::make_shared<int>();
  write(far, "x");
  ASSERT_TRUE(wait_for(near, Transfer::Status::want_read));
  on.run_ready();
  near.wait_readable([held] { FAIL() << "told"; });  // on its way already
  near.wait_writable([held] { FAIL() << "told"; });
  near.close(false);
  EXPECT_EQ(held.use_count(), 1);
  on.run_ready();
}

TEST_F(TcpTransportWaits, may_be_ended_by_who_is_told) {
  near.wait_readable([&] { near_owned.reset(); });
  near.wait_writable([] {});
  write(far, "x");
  EXPECT_TRUE(on.run_until([&] { return near_owned == nullptr; }));
}

}  // namespace
}  // namespace zenws::net::tests

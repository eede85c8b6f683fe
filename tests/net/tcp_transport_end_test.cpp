// How transports end, seen from both sides.
#include <netinet/tcp.h>
#include <poll.h>

#include <gtest/gtest.h>

#include "net/blocking.hpp"
#include "net/tcp_transport.hpp"
#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

struct TcpTransportEnds : ::testing::Test {
  boost::asio::io_context io;
  std::pair<Socket, Socket> pair = connected_pair(io);
  TcpTransport near{std::move(pair.first)};
  TcpTransport far{std::move(pair.second)};
};

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
  EXPECT_EQ(option_of(near.descriptor(), IPPROTO_TCP, TCP_KEEPCNT), 3);
  EXPECT_EQ(option_of(near.descriptor(), IPPROTO_TCP, TCP_USER_TIMEOUT), 50'000);
}

struct TcpTransportWaits : TcpTransportEnds {
  // Waits for bytes once more; how often the loop found anything to do meanwhile, with nothing to read.
  std::size_t wakes_in_vain() {
    near.wait_readable([this](std::error_code error) { readable += error ? 0 : 1; });
    io.restart();
    return io.poll();
  }
  void let_it_read() {
    write(far, "x");
    ASSERT_TRUE(wait_for(near, Transfer::Status::want_read));
    io.restart();
    io.run_one_for(patience);
    EXPECT_EQ(read(near, 1).text, "x");
  }

  int readable = 0;
};

TEST_F(TcpTransportWaits, do_not_end_because_the_socket_can_be_written_to) {
  for (int round = 1; round <= 3; ++round) {
    EXPECT_EQ(wakes_in_vain(), 0U);
    let_it_read();
    EXPECT_EQ(readable, round);
  }
}

TEST_F(TcpTransportWaits, nor_after_it_was_once_waited_to_be_written_to) {
  bool writable = false;
  near.wait_writable([&](std::error_code error) { writable = !error; });
  io.run_one_for(patience);
  EXPECT_TRUE(writable);
  EXPECT_EQ(wakes_in_vain(), 0U);
  let_it_read();
  EXPECT_EQ(readable, 1);
}

TEST_F(TcpTransportWaits, for_both_sides_at_once_are_both_kept) {
  std::string text(std::size_t{24} << 20U, 'x');
  while (near.write_some(bytes_of(text)).status == Transfer::Status::ok) {
  }
  bool writable = false;
  near.wait_writable([&](std::error_code error) { writable = !error; });
  wakes_in_vain();
  write(far, "x");
  std::array<std::byte, 65536> piece{};
  const auto deadline = Clock::now() + patience;
  while ((readable == 0 || !writable) && Clock::now() < deadline) {
    far.read_some(piece);
    io.restart();
    io.run_one_for(1ms);
  }
  EXPECT_TRUE(writable);
  EXPECT_EQ(readable, 1);
}

}  // namespace
}  // namespace zenws::net::tests

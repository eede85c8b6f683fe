// Bytes over real sockets, also when these block, end or break.
#include "net/tcp_transport.hpp"

#include <string>

#include <gtest/gtest.h>

#include "net/blocking.hpp"
#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

struct TcpTransports : ::testing::Test, TransportPair {};

// More than the kernel takes at once on any machine.
std::string much() {
  std::string text(std::size_t{24} << 20U, 'x');
  for (std::size_t i = 0; i < text.size(); i += 977) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

TEST_F(TcpTransports, carry_bytes) {
  EXPECT_EQ(near.write_some(bytes_of("hello")).bytes, 5U);
  EXPECT_EQ(read(far, 5).text, "hello");
}

TEST_F(TcpTransports, say_that_nothing_came) {
  std::array<std::byte, 8> into{};
  const Transfer nothing = near.read_some(into);
  EXPECT_EQ(nothing.status, Transfer::Status::want_read);
  EXPECT_FALSE(nothing.more);
}

TEST_F(TcpTransports, take_what_the_kernel_takes_and_then_block) {
  const std::string text = much();
  std::size_t taken = 0;
  Transfer step;
  while ((step = near.write_some(bytes_of(text).subspan(taken))).status == Transfer::Status::ok) taken += step.bytes;
  EXPECT_EQ(step.status, Transfer::Status::want_write);
  EXPECT_GT(taken, 0U);
  EXPECT_LT(taken, text.size());
  EXPECT_EQ(read(far, taken).text, text.substr(0, taken));
}

TEST_F(TcpTransports, carry_more_than_the_kernel_holds) {
  const std::string text = much();
  std::thread writer{[&] { EXPECT_EQ(write(near, text).status, Transfer::Status::ok); }};
  const Read got = read(far, text.size());
  writer.join();
  EXPECT_TRUE(got.text == text);
}

TEST_F(TcpTransports, end_with_the_peers_fin_after_its_last_bytes) {
  write(far, "bye");
  far.close(false);
  const Read got = read_to_end(near);
  EXPECT_EQ(got.text, "bye");
  EXPECT_EQ(got.last.status, Transfer::Status::ended);
}

TEST_F(TcpTransports, fail_with_the_systems_code_when_reset) {
  far.close(true);
  const Read got = read_to_end(near);
  EXPECT_EQ(got.last.status, Transfer::Status::failed);
  EXPECT_EQ(got.last.error, std::error_code(ECONNRESET, std::system_category()));
}

TEST_F(TcpTransports, writing_to_a_peer_that_is_gone_fails_without_a_signal) {
  far.close(true);
  read_to_end(near);
  const Transfer step = near.write_some(bytes_of("x"));
  EXPECT_EQ(step.status, Transfer::Status::failed);
  EXPECT_EQ(step.error, std::error_code(EPIPE, std::system_category()));
}

}  // namespace
}  // namespace zenws::net::tests

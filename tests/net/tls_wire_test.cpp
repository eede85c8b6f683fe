// The BIO under OpenSSL, over a real socket.
#include "net/tls_wire.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace zenws::net {
namespace {

struct TlsWires : ::testing::Test {
  TlsWires() {
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data());
    wire.fd = ends[0];
    bio = make_bio(wire);
  }
  ~TlsWires() override {
    for (const int end : ends) ::close(end);
  }
  void far_writes(std::string_view text) { EXPECT_EQ(::send(ends[1], text.data(), text.size(), 0), std::ssize(text)); }
  int read(std::size_t size) { return BIO_read(bio.get(), into.data(), static_cast<int>(size)); }
  void far_ends() { ::shutdown(ends[1], SHUT_WR); }

  std::array<int, 2> ends{};
  TlsWire wire;
  BioPtr bio;
  std::array<char, 64> into{};
};

TEST_F(TlsWires, carry_bytes_both_ways) {
  far_writes("hello");
  EXPECT_EQ(read(5), 5);
  EXPECT_EQ(std::string(into.data(), 5), "hello");
  EXPECT_EQ(BIO_write(bio.get(), "there", 5), 5);
  EXPECT_EQ(::recv(ends[1], into.data(), into.size(), 0), 5);
}

TEST_F(TlsWires, say_later_when_nothing_came) {
  EXPECT_EQ(read(8), -1);
  EXPECT_TRUE(BIO_should_retry(bio.get()));
  EXPECT_TRUE(BIO_should_read(bio.get()));
}

TEST_F(TlsWires, ask_the_kernel_once_until_they_may_again) {
  far_writes("hello");
  EXPECT_EQ(read(8), 5);
  EXPECT_TRUE(wire.drained);
  EXPECT_EQ(wire.bytes, 5U);
  far_writes("more and more");
  EXPECT_EQ(read(8), -1);
  EXPECT_TRUE(BIO_should_read(bio.get()));
  wire.allow_recv();
  EXPECT_EQ(read(8), 8);
  EXPECT_FALSE(wire.drained);
}

TEST_F(TlsWires, tell_the_peers_end_from_a_failure) {
  far_ends();
  EXPECT_EQ(read(8), 0);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_TRUE(BIO_eof(bio.get()));
  wire.fd = -1;
  wire.allow_recv();
  EXPECT_EQ(read(8), -1);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_FALSE(BIO_eof(bio.get()));
  EXPECT_EQ(wire.error, EBADF);
}

TEST_F(TlsWires, block_when_the_kernel_takes_no_more) {
  const std::string much(std::size_t{1} << 20U, 'x');
  while (BIO_write(bio.get(), much.data(), static_cast<int>(much.size())) > 0) {
  }
  EXPECT_TRUE(BIO_should_write(bio.get()));
}

TEST_F(TlsWires, keep_the_errno_of_a_failed_write_and_raise_no_signal) {
  ::shutdown(ends[0], SHUT_WR);
  EXPECT_EQ(BIO_write(bio.get(), "x", 1), -1);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_EQ(wire.error, EPIPE);
}

}  // namespace
}  // namespace zenws::net

// The BIO under OpenSSL, over a real transport.
#include "net/tls_wire.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include "net/blocking.hpp"

namespace zenws::net::tests {
namespace {

struct TlsWires : ::testing::Test, TransportPair {
  void far_writes(std::string_view text) { EXPECT_EQ(write(far, text).status, Transfer::Status::ok); }
  int read(std::size_t size) { return BIO_read(bio.get(), into.data(), static_cast<int>(size)); }

  TlsWire wire{near};
  BioPtr bio = make_bio(wire);
  std::array<char, 64> into{};
};

std::error_code system_error(int code) { return {code, std::system_category()}; }

TEST_F(TlsWires, carry_bytes_both_ways) {
  far_writes("hello");
  ASSERT_TRUE(wait_for(near, Transfer::Status::want_read));
  EXPECT_EQ(read(5), 5);
  EXPECT_EQ(std::string(into.data(), 5), "hello");
  EXPECT_EQ(BIO_write(bio.get(), "there", 5), 5);
  EXPECT_EQ(tests::read(far, 5).text, "there");
}

TEST_F(TlsWires, say_later_when_nothing_came) {
  EXPECT_EQ(read(8), -1);
  EXPECT_TRUE(BIO_should_retry(bio.get()));
  EXPECT_TRUE(BIO_should_read(bio.get()));
}

TEST_F(TlsWires, ask_what_is_below_once_until_they_may_again) {
  far_writes("hello");
  ASSERT_TRUE(wait_for(near, Transfer::Status::want_read));
  EXPECT_EQ(read(8), 5);
  EXPECT_TRUE(wire.drained);
  EXPECT_EQ(wire.bytes, 5U);
  far_writes("more and more");
  ASSERT_TRUE(wait_for(near, Transfer::Status::want_read));
  EXPECT_EQ(read(8), -1);
  EXPECT_TRUE(BIO_should_read(bio.get()));
  wire.allow_read();
  EXPECT_EQ(read(8), 8);
  EXPECT_FALSE(wire.drained);
}

TEST_F(TlsWires, tell_the_peers_end_from_a_failure) {
  far.close(false);
  ASSERT_TRUE(wait_for(near, Transfer::Status::want_read));
  EXPECT_EQ(read(8), 0);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_TRUE(BIO_eof(bio.get()));
  near.close(false);
  wire.allow_read();
  EXPECT_EQ(read(8), -1);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_FALSE(BIO_eof(bio.get()));
  EXPECT_EQ(wire.error, system_error(EBADF));
}

TEST_F(TlsWires, block_when_the_kernel_takes_no_more) {
  const std::string much(std::size_t{1} << 20U, 'x');
  while (BIO_write(bio.get(), much.data(), static_cast<int>(much.size())) > 0) {
  }
  EXPECT_TRUE(BIO_should_write(bio.get()));
}

TEST_F(TlsWires, keep_the_error_of_a_failed_write_and_raise_no_signal) {
  ::shutdown(near.descriptor(), SHUT_WR);
  EXPECT_EQ(BIO_write(bio.get(), "x", 1), -1);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_EQ(wire.error, system_error(EPIPE));
}

}  // namespace
}  // namespace zenws::net::tests

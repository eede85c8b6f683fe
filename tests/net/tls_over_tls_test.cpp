// TLS over TLS, as through a proxy that speaks TLS itself: transports stack, and each layer keeps its promises.
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/tls_fixture.hpp"

namespace zenws::net::tests {
namespace {

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

// Takes the outer TLS off and carries what is in it to and from `fd`, until either side ends.
void carry(SSL& outer, int fd) {
  std::array<char, 4096> piece{};
  for (;;) {
    std::array<pollfd, 2> ready{pollfd{SSL_get_fd(&outer), POLLIN, 0}, pollfd{fd, POLLIN, 0}};
    if (SSL_has_pending(&outer) == 0 && ::poll(ready.data(), 2, 10'000) <= 0) return;
    if (SSL_has_pending(&outer) == 1 || ready[0].revents != 0) {
      const int got = SSL_read(&outer, piece.data(), static_cast<int>(piece.size()));
      if (got <= 0) return;
      EXPECT_EQ(::send(fd, piece.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL), got);
    }
    if (ready[1].revents != 0) {
      const ssize_t got = ::recv(fd, piece.data(), piece.size(), 0);
      if (got <= 0) return;
      EXPECT_EQ(SSL_write(&outer, piece.data(), static_cast<int>(got)), got);
    }
  }
}

struct TlsOverTls : ::testing::Test {
  TestLoop on;
  TlsServer::Setup inner_setup;

  // The transport to `inner`, through a far end that takes one layer of TLS off.
  std::unique_ptr<TlsTransport> connect_through(TlsServer& outer, const testing::Identity& outer_identity) {
    auto below = connect_tls(on, outer.port(), trusting(outer_identity));
    EXPECT_TRUE(below) << to_string(below.error());
    auto tls = *TlsTransport::make(*std::move(below), *TlsContext::make(trusting(inner_setup.identity)), "localhost");
    const Transfer done = shake_hands(*tls);
    EXPECT_EQ(done.status, Transfer::Status::ok) << to_string(tls->handshake_error(done));
    return tls;
  }
};

TlsServer::Setup carrying_to(const TlsServer& inner) {
  TlsServer::Setup setup;
  setup.talk = [port = inner.port()](SSL& ssl) {
    const int fd = connect_to(port);
    carry(ssl, fd);
    ::close(fd);
  };
  return setup;
}

TEST_F(TlsOverTls, carries_bytes_both_ways_more_than_a_record_holds) {
  const std::string much(300'000, 'm');
  inner_setup.talk = [&](SSL& ssl) {
    TlsServer::write(ssl, much);
    TlsServer::read_to_end(ssl);
  };
  TlsServer inner{inner_setup};
  const TlsServer::Setup setup = carrying_to(inner);
  TlsServer outer{setup};
  auto tls = connect_through(outer, setup.identity);
  EXPECT_TRUE(read(*tls, much.size()).text == much);
  EXPECT_EQ(write(*tls, much).status, Transfer::Status::ok);
  tls->close(false);
  EXPECT_TRUE(inner.seen().application_data == much);
  EXPECT_TRUE(inner.seen().close_notify) << "each layer says goodbye to its own far end";
  EXPECT_TRUE(outer.seen().handshake_done);
}

TEST_F(TlsOverTls, ends_orderly_when_the_inner_layer_does) {
  inner_setup.talk = [](SSL& ssl) {
    TlsServer::write(ssl, "bye");
    SSL_shutdown(&ssl);
  };
  TlsServer inner{inner_setup};
  const TlsServer::Setup setup = carrying_to(inner);
  TlsServer outer{setup};
  auto tls = connect_through(outer, setup.identity);
  const Read got = read_to_end(*tls);
  EXPECT_EQ(got.text, "bye");
  EXPECT_EQ(got.last.status, Transfer::Status::ended);
}

TEST_F(TlsOverTls, is_truncated_when_only_the_outer_layer_ends) {
  inner_setup.talk = [](SSL& ssl) { TlsServer::write(ssl, "cut"); };
  TlsServer inner{inner_setup};
  TlsServer::Setup setup = carrying_to(inner);
  setup.talk = [talk = setup.talk](SSL& ssl) {
    talk(ssl);
    SSL_shutdown(&ssl);
  };
  TlsServer outer{setup};
  auto tls = connect_through(outer, setup.identity);
  const Read got = read_to_end(*tls);
  EXPECT_EQ(got.text, "cut");
  EXPECT_TRUE(TlsTransport::is_truncation(got.last.error)) << got.last.error.message();
}

}  // namespace
}  // namespace zenws::net::tests

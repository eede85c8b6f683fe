// Several addresses, some of them dead: the first that answers wins.
#include "net/tcp_connect.hpp"

#include <fcntl.h>
#include <list>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::HasSubstr;
using Connected = Result<Reached>;

Endpoint at(const std::string& address) { return *numeric_endpoint(address, 443); }

TEST(Interleaving, lets_the_families_take_turns_beginning_with_the_resolvers_first) {
  EXPECT_EQ(to_text(interleave({at("192.0.2.1"), at("192.0.2.2"), at("2001:db8::1"), at("192.0.2.3")})),
            "192.0.2.1:443, [2001:db8::1]:443, 192.0.2.2:443, 192.0.2.3:443");
  EXPECT_EQ(to_text(interleave({at("2001:db8::1"), at("2001:db8::2"), at("192.0.2.1")})),
            "[2001:db8::1]:443, 192.0.2.1:443, [2001:db8::2]:443");
  EXPECT_TRUE(interleave({}).empty());
}

struct TcpConnecting : ::testing::Test {
  TestLoop on;
  Listener listener{on.io};
  std::optional<Connected> connected;

  Endpoint refusing() { return endpoint_of(closed_port(on.io)); }
  Connected& connect(std::vector<Endpoint> endpoints) {
    const TcpConnect connecting{*on.loop, std::move(endpoints),
                                [this](Connected result) { connected = std::move(result); }};
    EXPECT_FALSE(connected) << "called from inside";
    EXPECT_TRUE(on.run_until([this] { return connected.has_value(); }));
    return *connected;
  }
  // A listener whose backlog is full: SYNs to it are dropped, so attempts stay silent.
  struct Silent {
    explicit Silent(boost::asio::io_context& io) : acceptor(io) {
      acceptor.open(tcp::v4());
      acceptor.bind({boost::asio::ip::address_v4::loopback(), 0});
      acceptor.listen(0);
      for (int i = 0; i < 4; ++i) {
        filling.emplace_back(io).async_connect(acceptor.local_endpoint(), [](auto) {});
      }
      io.restart();
      io.run_for(20ms);
    }
    [[nodiscard]] Endpoint endpoint() const { return endpoint_of(acceptor.local_endpoint()); }

    tcp::acceptor acceptor;
    std::list<Socket> filling;
  };
};

TEST_F(TcpConnecting, gives_a_socket_that_is_ready_for_use) {
  auto& socket = connect({endpoint_of(listener.endpoint())});
  ASSERT_TRUE(socket) << to_string(socket.error());
  const int fd = socket->transport->descriptor();
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 1);
}

TEST_F(TcpConnecting, goes_on_at_once_when_an_address_refuses) {
  auto& socket = connect({refusing(), refusing(), endpoint_of(listener.endpoint())});
  ASSERT_TRUE(socket) << to_string(socket.error());
  EXPECT_EQ(socket->endpoint, endpoint_of(listener.endpoint()));
}

TEST_F(TcpConnecting, goes_on_after_a_while_when_an_address_is_silent) {
  const Silent silent{on.io};
  const auto started = Clock::now();
  auto& socket = connect({silent.endpoint(), endpoint_of(listener.endpoint())});
  ASSERT_TRUE(socket) << to_string(socket.error());
  EXPECT_EQ(socket->endpoint, endpoint_of(listener.endpoint()));
  EXPECT_GE(Clock::now() - started, TcpConnect::attempt_delay);
}

TEST_F(TcpConnecting, does_not_give_up_on_a_slow_address_when_the_others_fail) {
  const Silent silent{on.io};
  bool called = false;
  TcpConnect connecting{*on.loop, {silent.endpoint(), refusing()}, [&](const Connected&) { called = true; }};
  on.io.restart();
  on.io.run_for(TcpConnect::attempt_delay + 50ms);
  EXPECT_FALSE(called);
}

TEST_F(TcpConnecting, goes_on_when_a_family_cannot_be_used) {
  const Endpoint unroutable = *numeric_endpoint("ff02::1", 1);  // no TCP to a multicast address
  EXPECT_TRUE(connect({unroutable, endpoint_of(listener.endpoint())}));
}

TEST_F(TcpConnecting, fails_with_every_addresss_reason_and_the_most_telling_code) {
  const Endpoint refused = refusing();
  const Endpoint unroutable = *numeric_endpoint("ff02::1", 1);
  auto& socket = connect({refused, unroutable});
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code(), std::errc::connection_refused);
  EXPECT_EQ(socket.error().phase(), Phase::connect);
  EXPECT_THAT(std::string{socket.error().detail()},
              HasSubstr(to_text(refused) + ": Connection refused; [ff02::1]:1: "));
}

TEST_F(TcpConnecting, fails_with_addresses_alone_when_all_have_the_codes_reason) {
  const Endpoint first = refusing();
  const Endpoint second = refusing();
  auto& socket = connect({first, second});
  ASSERT_FALSE(socket);
  EXPECT_EQ(to_string(socket.error()), "connect: Connection refused: " + to_text(first) + "; " + to_text(second));
}

TEST_F(TcpConnecting, without_addresses_fails) { EXPECT_EQ(connect({}).error(), errc::invalid_config); }

TEST_F(TcpConnecting, that_is_destroyed_never_calls_back_and_closes_its_sockets) {
  {
    const TcpConnect connecting{
        *on.loop, {endpoint_of(listener.endpoint())}, [](const Connected&) { FAIL() << "called"; }};
    on.io.restart();
    on.io.run_one();  // it has begun, and its first answer is on its way
  }
  on.io.restart();
  on.io.run_for(20ms);
}

TEST_F(TcpConnecting, may_be_destroyed_by_its_callback) {
  std::unique_ptr<TcpConnect> connecting;
  bool called = false;
  connecting = std::make_unique<TcpConnect>(*on.loop, std::vector{refusing(), endpoint_of(listener.endpoint())},
                                            [&](const Connected&) {
                                              connecting.reset();
                                              called = true;
                                            });
  EXPECT_TRUE(on.run_until([&] { return called; }));
}

}  // namespace
}  // namespace zenws::net::tests

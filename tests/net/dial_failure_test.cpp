// Attempts that fail: each step in its own way, and the deadline over all of them.
#include <list>
#include <string>
#include <thread>

#include <boost/asio/read.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/dial_fixture.hpp"
#include "net/tcp_transport.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// ---- failures, step by step

TEST_F(Dialling, fails_to_resolve_a_host_that_does_not_exist) {
  to("ws://no-such-host.invalid");
  start();
  EXPECT_EQ(failure(Phase::resolve).code().category(), resolver_category());
  EXPECT_TRUE(steps.empty());
}

TEST_F(Dialling, fails_to_connect_where_nobody_listens) {
  to("ws://127.0.0.1:" + std::to_string(closed_port(on.io).port()));
  start();
  EXPECT_EQ(failure(Phase::connect).code(), std::errc::connection_refused);
  EXPECT_THAT(phases(), ElementsAre(Phase::resolve));
}

TEST_F(DiallingTls, fails_on_a_certificate_and_describes_it_and_sends_nothing) {
  TlsServer server{setup};
  to("wss://localhost:" + std::to_string(server.port()));
  request.timeout = 30s;  // the system's trust store takes long to read on a busy machine
  start();
  EXPECT_EQ(failure(Phase::tls).code().category(), certificate_category());
  EXPECT_THAT(phases(), ElementsAre(Phase::resolve, Phase::connect, Phase::tls));
  EXPECT_THAT(steps.back().text, HasSubstr("not verified"));
  EXPECT_FALSE(server.seen().handshake_done);
  EXPECT_THAT(server.seen().failure, HasSubstr("unknown ca"));  // the alert arrived
  EXPECT_EQ(server.seen().application_data, "");
}

TEST_F(Dialling, fails_on_tls_options_that_cannot_be_used) {
  to("wss://127.0.0.1:" + std::to_string(listener.port()));
  request.tls.ca_file = "/nowhere/ca.pem";
  start();
  EXPECT_EQ(failure(Phase::tls), errc::invalid_config);
}

TEST_F(Dialling, fails_with_the_refused_upgrade) {
  start();
  std::string asked;
  Socket far = accept(&asked);
  send(far, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 9\r\nX-Why: expired\r\n\r\nno access");
  const Error error = failure(Phase::upgrade);
  EXPECT_EQ(error, errc::upgrade_rejected);
  ASSERT_NE(error.http(), nullptr);
  EXPECT_EQ(error.http()->status, 401);
  EXPECT_EQ(error.http()->body, "no access");
}

TEST_F(Dialling, fails_with_the_refused_upgrade_whose_body_ends_with_the_stream) {
  start();
  std::string asked;
  {
    Socket far = accept(&asked);
    send(far, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\ncome back later");
  }
  const Error error = failure(Phase::upgrade);
  ASSERT_NE(error.http(), nullptr) << to_string(error);
  EXPECT_EQ(error.http()->status, 503);
  EXPECT_EQ(error.http()->body, "come back later");
}

TEST_F(DiallingTls, fails_with_the_refused_upgrade_even_without_close_notify) {
  setup.talk = [](SSL& ssl) {
    read_request(ssl);
    TlsServer::write(ssl, "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nnot you");
  };
  TlsServer server{setup};
  start_to(server);
  const Error error = failure(Phase::upgrade);
  ASSERT_NE(error.http(), nullptr) << to_string(error);
  EXPECT_EQ(error.http()->status, 403);
  EXPECT_EQ(error.http()->body, "not you");
}

// ---- a refusal's head decides, whatever becomes of its body

TEST_F(Dialling, fails_with_the_refused_upgrade_whose_body_stalls) {
  request.timeout = 30s;
  for (const char* framing : {"", "Content-Length: 50\r\n", "Transfer-Encoding: chunked\r\n"}) {
    result.reset();
    steps.clear();
    start();
    std::string asked;
    Socket far = accept(&asked);
    send(far, std::string{"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\n"} + framing + "\r\n");
    const Error error = failure(Phase::upgrade);
    ASSERT_NE(error.http(), nullptr) << framing << to_string(error);
    EXPECT_EQ(error.http()->status, 429);
    ASSERT_GE(error.http()->headers.size(), 1U);
    EXPECT_EQ(error.http()->headers[0], (Header{"Retry-After", "3"}));
  }
}

TEST_F(Dialling, fails_with_the_refused_upgrade_that_came_shortly_before_the_deadline) {
  request.timeout = 100ms;
  start();
  std::string asked;
  Socket far = accept(&asked);
  send(far, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 50\r\n\r\nhalf");
  const Error error = failure(Phase::upgrade);
  ASSERT_NE(error.http(), nullptr) << to_string(error);
  EXPECT_EQ(error.http()->body, "half");
}

// ---- floods without an end

// Sends `head`, then `piece` again and again, until the client is gone.
void flood(Socket far, const std::string& head, std::string piece) {
  while (piece.size() < 65536) piece += piece;
  boost::system::error_code gone;
  far.non_blocking(false, gone);
  boost::asio::write(far, boost::asio::buffer(head), gone);
  while (!gone) boost::asio::write(far, boost::asio::buffer(piece), gone);
}

TEST_F(Dialling, ends_a_refusal_whose_chunks_never_end_to_describe_themselves) {
  request.timeout = 30s;
  start();
  std::string asked;
  const std::string head = "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n1";
  std::jthread far{[socket = accept(&asked), head]() mutable { flood(std::move(socket), head + ";x=", "x"); }};
  const Error error = failure(Phase::upgrade);
  ASSERT_NE(error.http(), nullptr) << to_string(error);
  EXPECT_EQ(error.http()->status, 403);
}

TEST_F(DiallingTls, lets_the_loop_run_and_the_deadline_fall_under_a_flood_of_key_updates) {
  setup.talk = [](SSL& ssl) {
    read_request(ssl);
    while (SSL_key_update(&ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake(&ssl) == 1) {
    }
  };
  TlsServer server{setup};
  request.timeout = 1s;
  start_to(server);
  const auto began = Clock::now();
  EXPECT_EQ(failure(Phase::upgrade), errc::timeout);
  EXPECT_LT(Clock::now() - began, 8s);
}

// ---- a failed write is not the last word

TEST_F(DiallingTls, tells_the_alert_rather_than_that_the_request_could_not_be_written) {
  for (int i = 0; i < 20; ++i) {
    setup.wants_certificate = true;
    TlsServer server{setup};
    result.reset();
    steps.clear();
    start_to(server);
    ASSERT_TRUE(run_to_end());
    ASSERT_FALSE(*result);
    EXPECT_THAT(to_string(result->error()), HasSubstr("certificate required"));
  }
}

TEST_F(Dialling, fails_when_the_server_hangs_up_instead_of_answering) {
  start();
  std::string asked;
  {
    const Socket far = accept(&asked);
  }
  EXPECT_EQ(failure(Phase::upgrade), errc::disconnected);
}

TEST_F(Dialling, fails_with_the_systems_code_when_reset_instead_of_answered) {
  start();
  std::string asked;
  {
    adopt(*on.loop, accept(&asked))->close(true);
  }
  EXPECT_EQ(failure(Phase::upgrade).code(), std::errc::connection_reset);
}

TEST_F(Dialling, fails_on_a_101_with_the_wrong_key) {
  start();
  std::string asked;
  Socket far = accept(&asked);
  send(far, switching_protocols("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"));
  EXPECT_EQ(failure(Phase::upgrade), errc::bad_accept);
}

// ---- the deadline

TEST_F(Dialling, gives_up_on_a_server_that_does_not_accept) {
  tcp::acceptor full{on.io};
  full.open(tcp::v4());
  full.bind({boost::asio::ip::address_v4::loopback(), 0});
  full.listen(0);
  std::list<Socket> filling;
  for (int i = 0; i < 4; ++i) filling.emplace_back(on.io).async_connect(full.local_endpoint(), [](auto) {});
  on.io.run_for(20ms);
  to("ws://127.0.0.1:" + std::to_string(full.local_endpoint().port()));
  request.timeout = 30ms;
  start();
  const Error error = failure(Phase::connect);
  EXPECT_EQ(error, errc::timeout);
  EXPECT_EQ(error.detail(), "no TCP connection within 30 ms");
}

TEST_F(Dialling, gives_up_on_a_server_that_does_not_speak_tls) {
  to("wss://127.0.0.1:" + std::to_string(listener.port()));
  request.tls.insecure_skip_verify = true;
  request.tls.ca_pem = identity().ca_pem;  // the system's store takes long to read
  request.timeout = 150ms;
  start();
  const Error error = failure(Phase::tls);
  EXPECT_EQ(error, errc::timeout);
  EXPECT_EQ(error.detail(), "the TLS handshake did not finish within 150 ms");
}

TEST_F(Dialling, gives_up_on_a_server_that_does_not_answer) {
  request.timeout = 50ms;
  start();
  const Error error = failure(Phase::upgrade);
  EXPECT_EQ(error, errc::timeout);
  EXPECT_EQ(error.detail(), "no answer to the upgrade within 50 ms");
}

TEST_F(Dialling, closes_the_connection_that_it_gave_up) {
  request.timeout = 50ms;
  start();
  EXPECT_EQ(failure(Phase::upgrade), errc::timeout);
  Socket far = listener.accept();
  std::string asked;
  boost::system::error_code end;
  boost::asio::read(far, boost::asio::dynamic_buffer(asked), end);
  EXPECT_EQ(end, boost::asio::error::eof);
}

}  // namespace
}  // namespace zenws::net::tests

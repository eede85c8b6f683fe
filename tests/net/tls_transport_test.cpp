// TLS against OpenSSL's own server: bytes in all shapes, and every way to end.
#include "net/tls_transport.hpp"

#include <array>
#include <atomic>
#include <string>
#include <sys/socket.h>
#include <thread>

#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "net/tcp_transport.hpp"
#include "net/tls_fixture.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::HasSubstr;

std::string pattern(std::size_t size) {
  std::string text(size, 'x');
  for (std::size_t i = 0; i < size; i += 1 + i % 7) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

// ---- servers that do not speak TLS

TEST_F(TlsTransports, to_a_server_without_tls_fail_in_phase_tls) {
  Listener listener{on.io};
  auto stream = *open_tls(on, listener.port(), {});
  auto far = listener.accept();
  boost::asio::write(far, boost::asio::buffer("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const Transfer done = shake_hands(*stream);
  const Error error = stream->handshake_error(done);
  EXPECT_EQ(ERR_GET_REASON(static_cast<unsigned long>(error.code().value())), SSL_R_WRONG_VERSION_NUMBER);
  EXPECT_EQ(error.phase(), Phase::tls);
}

TEST_F(TlsTransports, whose_server_hangs_up_during_the_handshake_say_so) {
  Listener listener{on.io};
  auto stream = *open_tls(on, listener.port(), {});
  {
    adopt(*on.loop, listener.accept())->close(true);
  }
  EXPECT_EQ(stream->handshake_error(shake_hands(*stream)).phase(), Phase::tls);

  auto other = *open_tls(on, listener.port(), {});
  const auto far = adopt(*on.loop, listener.accept());
  far->end_output();
  const Error error = other->handshake_error(shake_hands(*other));
  EXPECT_TRUE(TlsTransport::is_truncation(error.code())) << to_string(error);
}

// ---- bytes

TEST_F(TlsTransports, carry_bytes_both_ways) {
  setup.talk = [](SSL& ssl) {
    TlsServer::write(ssl, "hello");
    TlsServer::read_to_end(ssl);
  };
  TlsServer server{setup};
  const auto stream = connect(server);
  EXPECT_EQ(read(*stream, 5).text, "hello");
  EXPECT_EQ(write(*stream, "there").status, Transfer::Status::ok);
  stream->close(false);
  EXPECT_EQ(server.seen().application_data, "there");
}

TEST_F(TlsTransports, carry_them_over_tls_1_2_as_well) {
  setup.highest_version = TLS1_2_VERSION;
  setup.talk = [](SSL& ssl) {
    TlsServer::write(ssl, "hello");
    TlsServer::read_to_end(ssl);
  };
  TlsServer server{setup};
  const auto stream = connect(server);
  EXPECT_THAT(stream->description(), HasSubstr("TLSv1.2"));
  EXPECT_EQ(read(*stream, 5).text, "hello");
  write(*stream, "there");
  stream->close(false);
  EXPECT_EQ(server.seen().application_data, "there");
}

TEST_F(TlsTransports, hand_out_everything_that_came_before_waiting_is_right) {
  setup.talk = [](SSL& ssl) {
    for (int i = 0; i < 50; ++i) TlsServer::write(ssl, "0123456789");  // fifty small records
    TlsServer::read_to_end(ssl);
  };
  TlsServer server{setup};
  const auto stream = connect(server);
  // read() waits after each read that was shorter than asked: bytes left in user space would make it wait in vain.
  EXPECT_EQ(read(*stream, 500).text.size(), 500U);
  stream->close(false);
}

struct TlsPieces : TlsTransports, ::testing::WithParamInterface<std::size_t> {};

TEST_P(TlsPieces, large_streams_arrive_whole_in_pieces_of_any_size) {
  const std::string text = pattern(std::size_t{3} << 20U);
  setup.talk = [&](SSL& ssl) {
    TlsServer::write(ssl, text);
    SSL_shutdown(&ssl);
  };
  TlsServer server{setup};
  const auto stream = connect(server);
  const Read got = read_to_end(*stream, GetParam());
  EXPECT_TRUE(got.text == text);
  EXPECT_EQ(got.last.status, Transfer::Status::ended);
}
INSTANTIATE_TEST_SUITE_P(Sizes, TlsPieces, ::testing::Values(100, 4096, 16'384, 20'000, 262'144));

TEST_F(TlsTransports, write_more_than_the_kernel_holds_piece_by_piece) {
  std::atomic<bool> read_now{false};
  setup.talk = [&](SSL& ssl) {
    read_now.wait(false);
    TlsServer::read_to_end(ssl);
  };
  TlsServer server{setup};
  const auto stream = connect(server);
  const std::string text = pattern(std::size_t{24} << 20U);
  std::size_t taken = 0;
  Transfer step;
  while ((step = stream->write_some(bytes_of(text).subspan(taken))).status == Transfer::Status::ok) taken += step.bytes;
  EXPECT_EQ(step.status, Transfer::Status::want_write);
  EXPECT_GT(taken, 0U);
  read_now = true;
  read_now.notify_one();
  // The rest lies elsewhere now.
  const std::string rest = text.substr(taken);
  EXPECT_EQ(write(*stream, rest).status, Transfer::Status::ok);
  stream->close(false);
  EXPECT_TRUE(server.seen().application_data == text);
}

TEST_F(TlsTransports, may_be_written_by_one_thread_while_another_reads) {
  const std::string text = pattern(std::size_t{4} << 20U);
  setup.talk = [&](SSL& ssl) {  // an echo
    std::array<char, 10'000> piece{};
    std::size_t size = 0;
    for (std::size_t left = text.size(); left > 0; left -= size) {
      if (SSL_read_ex(&ssl, piece.data(), piece.size(), &size) != 1) return;
      TlsServer::write(ssl, {piece.data(), size});
    }
    SSL_shutdown(&ssl);
  };
  TlsServer server{setup};
  const auto stream = connect(server);
  std::thread writer{[&] { EXPECT_EQ(write(*stream, text).status, Transfer::Status::ok); }};
  const Read got = read_to_end(*stream);
  writer.join();
  EXPECT_TRUE(got.text == text);
}

// ---- ends

TEST_F(TlsTransports, end_with_the_peers_close_notify_behind_its_last_bytes) {
  setup.talk = [](SSL& ssl) {
    TlsServer::write(ssl, "bye");
    SSL_shutdown(&ssl);
    TlsServer::read_to_end(ssl);
  };
  TlsServer server{setup};
  const auto stream = connect(server);
  const Read got = read_to_end(*stream);  // the FIN comes only after ours: the notice must not be missed
  EXPECT_EQ(got.text, "bye");
  EXPECT_EQ(got.last.status, Transfer::Status::ended);
  stream->close(false);
}

TEST_F(TlsTransports, that_end_without_close_notify_are_truncated) {
  setup.talk = [](SSL& ssl) { TlsServer::write(ssl, "cut"); };
  TlsServer server{setup};
  const auto stream = connect(server);
  const Read got = read_to_end(*stream);
  EXPECT_EQ(got.text, "cut");
  EXPECT_EQ(got.last.status, Transfer::Status::failed);
  EXPECT_TRUE(TlsTransport::is_truncation(got.last.error));
}

TEST_F(TlsTransports, closed_politely_say_close_notify) {
  TlsServer server{setup};
  connect(server)->close(false);
  EXPECT_TRUE(server.seen().close_notify);
}

TEST_F(TlsTransports, closed_by_reset_say_nothing) {
  TlsServer server{setup};
  connect(server)->close(true);
  EXPECT_FALSE(server.seen().close_notify);
}

TEST_F(TlsTransports, written_to_a_peer_that_is_gone_fail_without_a_signal) {
  setup.talk = [](SSL& ssl) {
    const linger rst{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(SSL_get_fd(&ssl), SOL_SOCKET, SO_LINGER, &rst, sizeof rst);
  };
  TlsServer server{setup};
  const auto stream = connect(server);
  EXPECT_TRUE(server.seen().handshake_done);  // and it has closed
  EXPECT_EQ(read_to_end(*stream).last.error, std::error_code(ECONNRESET, std::system_category()));
  EXPECT_EQ(write(*stream, "x").error, std::error_code(EPIPE, std::system_category()));
  stream->close(false);
}

}  // namespace
}  // namespace zenws::net::tests

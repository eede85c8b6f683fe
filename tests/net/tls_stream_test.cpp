// TLS against OpenSSL's own server: what is accepted, what is refused and why, and bytes in all shapes.
#include "net/tls_stream.hpp"

#include <array>
#include <atomic>
#include <string>
#include <sys/socket.h>
#include <thread>

#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "net/blocking.hpp"
#include "net/certificate.hpp"
#include "net/plain_stream.hpp"
#include "net/tls_server.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::HasSubstr;

TlsOptions trusting(const testing::Identity& identity) { return {.ca_pem = identity.ca_pem}; }

std::string pattern(std::size_t size) {
  std::string text(size, 'x');
  for (std::size_t i = 0; i < size; i += 1 + i % 7) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

struct TlsStreams : ::testing::Test {
  boost::asio::io_context io;
  TlsServer::Setup setup;

  // The stream to a server that does `talk`.
  std::unique_ptr<TlsStream> connect(TlsServer& server) {
    auto stream = connect_tls(io, server.port(), trusting(setup.identity));
    EXPECT_TRUE(stream) << to_string(stream.error());
    return stream ? *std::move(stream) : nullptr;
  }
};

// ---- the check of the far end

struct TlsChecks : TlsStreams {
  void expect_refused(const TlsOptions& options, const std::string& host, int verdict, std::string_view text) {
    TlsServer server{setup};
    auto stream = connect_tls(io, server.port(), options, host);
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().code(), std::error_code(verdict, certificate_category())) << to_string(stream.error());
    EXPECT_EQ(stream.error().phase(), Phase::tls);
    EXPECT_THAT(std::string{stream.error().detail()}, HasSubstr(text));
    EXPECT_FALSE(server.seen().handshake_done);
    EXPECT_EQ(server.seen().application_data, "");
  }
  void expect_accepted(const TlsOptions& options, const std::string& host) {
    TlsServer server{setup};
    auto stream = connect_tls(io, server.port(), options, host);
    ASSERT_TRUE(stream) << to_string(stream.error());
    EXPECT_EQ(write(**stream, "hello").status, Transfer::Status::ok);
    (*stream)->close(false);
    EXPECT_EQ(server.seen().application_data, "hello");
  }
  std::string pin() const {
    const BioPtr bio{BIO_new_mem_buf(setup.identity.certificate_pem.data(), -1)};
    const CertificatePtr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
    return spki_pin(*certificate);
  }
};

TEST_F(TlsChecks, accept_a_certificate_of_a_trusted_ca_for_the_host) {
  expect_accepted(trusting(setup.identity), "localhost");
}

TEST_F(TlsChecks, accept_an_address_that_the_certificate_names) {
  expect_accepted(trusting(setup.identity), "127.0.0.1");
  expect_accepted(trusting(setup.identity), "::1");
}

TEST_F(TlsChecks, accept_a_host_with_the_roots_dot) { expect_accepted(trusting(setup.identity), "localhost."); }

TEST_F(TlsChecks, accept_by_the_name_that_the_options_give_instead_of_the_urls) {
  setup.identity = identity("feed.example");
  TlsOptions options = trusting(setup.identity);
  options.server_name = "feed.example";
  expect_accepted(options, "127.0.0.1");
}

TEST_F(TlsChecks, refuse_an_unknown_ca) {
  expect_refused({}, "localhost", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "unable to get local issuer");
}

TEST_F(TlsChecks, refuse_another_host) {
  setup.identity = identity("other.example");
  expect_refused(trusting(setup.identity), "localhost", X509_V_ERR_HOSTNAME_MISMATCH, "expected host localhost");
}

TEST_F(TlsChecks, refuse_an_address_that_the_certificate_does_not_name) {
  setup.identity = identity("127.0.0.2");
  expect_refused(trusting(setup.identity), "127.0.0.1", X509_V_ERR_IP_ADDRESS_MISMATCH, "names 127.0.0.2");
}

TEST_F(TlsChecks, refuse_an_expired_certificate) {
  setup.identity = identity({}, true);
  expect_refused(trusting(setup.identity), "localhost", X509_V_ERR_CERT_HAS_EXPIRED, "expired");
}

TEST_F(TlsChecks, accept_a_pinned_key) {
  TlsOptions options = trusting(setup.identity);
  options.pinned_spki_sha256 = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", pin()};
  expect_accepted(options, "localhost");
}

TEST_F(TlsChecks, refuse_a_key_that_is_not_pinned_and_tell_its_pin) {
  TlsOptions options = trusting(setup.identity);
  options.pinned_spki_sha256 = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
  expect_refused(options, "localhost", X509_V_ERR_APPLICATION_VERIFICATION, pin());
}

TEST_F(TlsChecks, accept_the_pinned_key_of_the_ca_that_signed) {
  const BioPtr bio{BIO_new_mem_buf(setup.identity.ca_pem.data(), -1)};
  const CertificatePtr ca{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
  TlsOptions options = trusting(setup.identity);
  options.pinned_spki_sha256 = {spki_pin(*ca)};
  expect_accepted(options, "localhost");
}

TEST_F(TlsChecks, accept_anything_when_told_so) {
  setup.identity = identity("other.example", true);
  expect_accepted({.insecure_skip_verify = true}, "localhost");
}

TEST_F(TlsChecks, hold_pins_even_when_told_to_accept_anything) {
  TlsOptions options{.insecure_skip_verify = true};
  options.pinned_spki_sha256 = {pin()};
  expect_accepted(options, "localhost");
  options.pinned_spki_sha256 = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
  expect_refused(options, "localhost", X509_V_ERR_APPLICATION_VERIFICATION, "not pinned");
}

TEST_F(TlsChecks, send_the_host_as_server_name_but_never_an_address) {
  {
    TlsServer server{setup};
    connect(server)->close(false);
    EXPECT_EQ(server.seen().server_name, "localhost");
    EXPECT_EQ(server.seen().alpn, "\x08http/1.1");
  }
  TlsServer server{setup};
  auto stream = connect_tls(io, server.port(), trusting(setup.identity), "127.0.0.1");
  ASSERT_TRUE(stream);
  (*stream)->close(false);
  EXPECT_EQ(server.seen().server_name, "");
}

TEST_F(TlsChecks, show_the_clients_certificate_when_asked) {
  const auto own = identity("client.example");
  TlsOptions options = trusting(setup.identity);
  options.certificate_pem = own.certificate_pem;
  options.key_pem = own.key_pem;
  TlsServer server{setup};
  auto stream = connect_tls(io, server.port(), options);
  ASSERT_TRUE(stream) << to_string(stream.error());
  (*stream)->close(false);
  EXPECT_TRUE(server.seen().client_certificate);
}

TEST_F(TlsChecks, refuse_a_server_that_only_speaks_older_versions) {
  setup.highest_version = TLS1_1_VERSION;
  TlsServer server{setup};
  auto stream = connect_tls(io, server.port(), trusting(setup.identity));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code().category(), tls_category());
  EXPECT_FALSE(server.seen().handshake_done);
}

TEST_F(TlsChecks, describe_the_connection_and_the_certificate) {
  TlsServer server{setup};
  auto stream = connect(server);
  const std::string text = stream->description();
  stream->close(false);
  EXPECT_THAT(text, HasSubstr("TLSv1.3, TLS_"));
  EXPECT_THAT(text, HasSubstr("ALPN http/1.1"));
  EXPECT_THAT(text, HasSubstr("verified for localhost"));
}

TEST_F(TlsChecks, describe_the_certificate_that_was_refused) {
  setup.identity = identity("other.example");
  TlsServer server{setup};
  auto stream = *open_tls(io, server.port(), trusting(setup.identity));
  EXPECT_EQ(shake_hands(*stream).status, Transfer::Status::failed);
  EXPECT_THAT(stream->description(), HasSubstr("other.example"));
  EXPECT_THAT(stream->description(), HasSubstr("not verified: hostname mismatch"));
}

// ---- servers that do not speak TLS

TEST_F(TlsStreams, to_a_server_without_tls_fail_in_phase_tls) {
  Listener listener{io};
  auto stream = *open_tls(io, listener.port(), {});
  auto far = listener.accept();
  boost::asio::write(far, boost::asio::buffer("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const Transfer done = shake_hands(*stream);
  const Error error = stream->handshake_error(done);
  EXPECT_EQ(ERR_GET_REASON(static_cast<unsigned long>(error.code().value())), SSL_R_WRONG_VERSION_NUMBER);
  EXPECT_EQ(error.phase(), Phase::tls);
}

TEST_F(TlsStreams, whose_server_hangs_up_during_the_handshake_say_so) {
  Listener listener{io};
  auto stream = *open_tls(io, listener.port(), {});
  {
    PlainStream{listener.accept()}.close(true);
  }
  EXPECT_EQ(stream->handshake_error(shake_hands(*stream)).phase(), Phase::tls);

  auto other = *open_tls(io, listener.port(), {});
  PlainStream far{listener.accept()};
  ::shutdown(far.socket().native_handle(), SHUT_WR);
  const Error error = other->handshake_error(shake_hands(*other));
  EXPECT_TRUE(TlsStream::is_truncation(error.code())) << to_string(error);
}

// ---- bytes

TEST_F(TlsStreams, carry_bytes_both_ways) {
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

TEST_F(TlsStreams, carry_them_over_tls_1_2_as_well) {
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

TEST_F(TlsStreams, hand_out_everything_that_came_before_waiting_is_right) {
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

struct TlsPieces : TlsStreams, ::testing::WithParamInterface<std::size_t> {};

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

TEST_F(TlsStreams, write_more_than_the_kernel_holds_piece_by_piece) {
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

TEST_F(TlsStreams, may_be_written_by_one_thread_while_another_reads) {
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

TEST_F(TlsStreams, end_with_the_peers_close_notify_behind_its_last_bytes) {
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

TEST_F(TlsStreams, that_end_without_close_notify_are_truncated) {
  setup.talk = [](SSL& ssl) { TlsServer::write(ssl, "cut"); };
  TlsServer server{setup};
  const auto stream = connect(server);
  const Read got = read_to_end(*stream);
  EXPECT_EQ(got.text, "cut");
  EXPECT_EQ(got.last.status, Transfer::Status::failed);
  EXPECT_TRUE(TlsStream::is_truncation(got.last.error));
}

TEST_F(TlsStreams, closed_politely_say_close_notify) {
  TlsServer server{setup};
  connect(server)->close(false);
  EXPECT_TRUE(server.seen().close_notify);
}

TEST_F(TlsStreams, closed_by_reset_say_nothing) {
  TlsServer server{setup};
  connect(server)->close(true);
  EXPECT_FALSE(server.seen().close_notify);
}

TEST_F(TlsStreams, written_to_a_peer_that_is_gone_fail_without_a_signal) {
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

TEST_F(TlsStreams, shut_down_end_at_once) {
  TlsServer server{setup};
  const auto stream = connect(server);
  stream->shut_down();
  EXPECT_EQ(read_to_end(*stream).last.status, Transfer::Status::failed);  // no close_notify came
  EXPECT_EQ(write(*stream, "x").status, Transfer::Status::failed);
}

}  // namespace
}  // namespace zenws::net::tests

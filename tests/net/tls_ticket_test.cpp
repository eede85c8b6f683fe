// When TLS is resumed, when it must not be, and what a resumed connection still says of its far end.
#include "net/tls_ticket.hpp"

#include <string>
#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "net/certificate.hpp"
#include "net/tls_fixture.hpp"

namespace zenws::net::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

// The parameter is the highest version of TLS.
struct TlsTickets : TlsTransports, ::testing::WithParamInterface<int> {
  std::shared_ptr<TlsTicket> ticket = std::make_shared<TlsTicket>();
  std::string description;  // of the last connection
  bool polite = true;       // how the client ends it

  void SetUp() override {
    setup.highest_version = GetParam();
    setup.ticket_key = 'a';
    setup.talk = [](SSL& ssl) {
      TlsServer::write(ssl, "x");
      TlsServer::read_to_end(ssl);
    };
  }
  // One connection from handshake to end; true when it was resumed, in the opinion of both sides.
  bool resumes(const TlsOptions& options, const std::string& host = "localhost") {
    TlsServer server{setup};
    Socket socket{on.io};
    socket.connect({boost::asio::ip::address_v4::loopback(), server.port()});
    const auto stream =
        *TlsTransport::make(adopt(*on.loop, std::move(socket)), *TlsContext::shared(options), host, ticket);
    const Transfer done = shake_hands(*stream);
    EXPECT_EQ(done.status, Transfer::Status::ok) << to_string(stream->handshake_error(done));
    EXPECT_EQ(read(*stream, 1).text, "x");  // and the tickets that came before it
    description = stream->description();
    stream->close(!polite);
    EXPECT_EQ(server.seen().resumed, description.contains(", resumed,")) << description;
    return server.seen().resumed;
  }
  bool resumes() { return resumes(trusting(setup.identity)); }
  std::string pin() const {
    const BioPtr bio{BIO_new_mem_buf(setup.identity.certificate_pem.data(), -1)};
    const CertificatePtr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
    return spki_pin(*certificate);
  }
};

TEST_P(TlsTickets, resume_each_connection_after_the_first) {
  EXPECT_FALSE(resumes());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(resumes()) << i;
}

TEST_P(TlsTickets, resume_after_a_reset) {
  polite = false;
  EXPECT_FALSE(resumes());
  EXPECT_TRUE(resumes());
}

TEST_P(TlsTickets, resume_after_a_server_that_ended_without_close_notify) {
  setup.talk = [](SSL& ssl) {
    TlsServer::write(ssl, "x");
    ::shutdown(SSL_get_fd(&ssl), SHUT_WR);
    TlsServer::read_to_end(ssl);
  };
  EXPECT_FALSE(resumes());
  EXPECT_TRUE(resumes());
}

TEST_P(TlsTickets, keep_what_was_found_of_the_certificate) {
  EXPECT_FALSE(resumes());
  EXPECT_THAT(description, Not(HasSubstr("resumed")));
  EXPECT_TRUE(resumes());
  EXPECT_THAT(description, HasSubstr("ALPN http/1.1, resumed, certificate of "));
  EXPECT_THAT(description, HasSubstr("verified for localhost"));

  ticket = std::make_shared<TlsTicket>();
  const TlsOptions anything{.insecure_skip_verify = true};
  EXPECT_FALSE(resumes(anything));
  EXPECT_TRUE(resumes(anything));
  EXPECT_THAT(description, HasSubstr("not verified: unable to get local issuer certificate"));
}

TEST_P(TlsTickets, of_a_server_that_forgot_its_keys_lead_to_a_whole_handshake) {
  EXPECT_FALSE(resumes());
  setup.ticket_key = 'b';
  EXPECT_FALSE(resumes());
  EXPECT_TRUE(resumes()) << "by the new server's ticket";
}

TEST_P(TlsTickets, are_not_offered_to_another_host) {
  EXPECT_FALSE(resumes(trusting(setup.identity), "localhost"));
  EXPECT_FALSE(resumes(trusting(setup.identity), "127.0.0.1"));
  EXPECT_TRUE(resumes(trusting(setup.identity), "127.0.0.1"));
}

TEST_P(TlsTickets, are_not_offered_by_a_client_that_trusts_or_pins_otherwise) {
  EXPECT_FALSE(resumes({.insecure_skip_verify = true}));
  EXPECT_FALSE(resumes()) << "nobody has verified that session's certificate";
  TlsOptions pinned = trusting(setup.identity);
  pinned.pinned_spki_sha256 = {pin()};
  EXPECT_FALSE(resumes(pinned)) << "nobody has held the pins against it";
  EXPECT_TRUE(resumes(pinned));
}

TEST_P(TlsTickets, are_given_once_and_only_while_the_certificate_is_valid) {
  const auto context = *TlsContext::shared(trusting(setup.identity));
  const auto now = std::chrono::system_clock::now();
  EXPECT_FALSE(resumes());
  EXPECT_NE(ticket->take(*context, "localhost", now), nullptr);
  EXPECT_EQ(ticket->take(*context, "localhost", now), nullptr);
  EXPECT_FALSE(resumes());
  EXPECT_EQ(ticket->take(*context, "localhost", now + 24h * 365 * 100), nullptr);
  EXPECT_NE(ticket->take(*context, "localhost", now), nullptr);
}

TEST_P(TlsTickets, are_not_kept_without_a_place) {
  ticket = nullptr;
  EXPECT_FALSE(resumes());
  EXPECT_FALSE(resumes());
}

INSTANTIATE_TEST_SUITE_P(Versions, TlsTickets, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) { return version.param == TLS1_2_VERSION ? "tls_1_2" : "tls_1_3"; });

}  // namespace
}  // namespace zenws::net::tests

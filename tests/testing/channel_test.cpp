// The same behaviour over TLS as in the clear, and what a verifying client thinks of the certificates.
#include "testing/channel.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/open_client.hpp"

namespace zenws::testing {
namespace {

using ::testing::StartsWith;

struct TlsClient : RawClient {
  explicit TlsClient(const Server& server) : RawClient(server.port()) {
    EXPECT_EQ(start_tls(server.ca_pem(), "localhost"), X509_V_OK);
    EXPECT_THAT(upgrade(), StartsWith("HTTP/1.1 101"));
  }
};

long verdict(const ServerOptions& options, const std::string& host, std::optional<std::string> ca = {}) {
  const auto server = Server::start(options);
  return RawClient{server->port()}.start_tls(ca.value_or(server->ca_pem()), host);
}

TEST(ChannelTls, is_named_by_the_url) {
  const auto server = Server::start({.tls = true});
  EXPECT_THAT(server->url(), StartsWith("wss://127.0.0.1:"));
}

TEST(ChannelTls, verifies_for_each_of_its_names) {
  for (const char* host : {"localhost", "127.0.0.1", "::1"}) {
    EXPECT_EQ(verdict({.tls = true}, host), X509_V_OK) << host;
  }
  EXPECT_EQ(verdict({.tls = true, .certificate_host = "feed.example.com"}, "feed.example.com"), X509_V_OK);
  EXPECT_EQ(verdict({.tls = true, .certificate_host = "10.1.2.3"}, "10.1.2.3"), X509_V_OK);
}

TEST(ChannelTls, does_not_verify_for_another_host) {
  EXPECT_EQ(verdict({.tls = true}, "example.com"), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(verdict({.tls = true, .certificate_host = "example.com"}, "localhost"), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(verdict({.tls = true, .certificate_host = "example.com"}, "127.0.0.1"), X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST(ChannelTls, does_not_verify_when_expired) {
  EXPECT_EQ(verdict({.tls = true, .certificate_expired = true}, "localhost"), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(ChannelTls, does_not_verify_without_its_authority) {
  EXPECT_EQ(verdict({.tls = true}, "localhost", ""), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
}

TEST(ChannelTls, a_client_that_refuses_the_certificate_harms_nobody) {
  const auto server = Server::start({.tls = true});
  EXPECT_NE(RawClient{server->port()}.start_tls("", "localhost"), X509_V_OK);
  RawClient plain{server->port()};
  plain.write("GET / HTTP/1.1\r\n\r\n");
  EXPECT_NE(plain.read_to_end(), WireEnd::silent);
  TlsClient client{*server};
  client.send_text("ping");
  EXPECT_EQ(client.read_payload(), "pong");
}

TEST(ChannelTls, carries_messages_larger_than_a_record) {
  const auto server = Server::start({.tls = true});
  TlsClient client{*server};
  const std::string payload(1 << 20, 'x');
  client.send(ws::Opcode::binary, payload);
  EXPECT_EQ(client.read_frame(), (RawFrame{true, ws::Opcode::binary, payload}));
}

TEST(ChannelTls, carries_a_flood_in_order) {
  const auto server = Server::start({.tls = true});
  TlsClient client{*server};
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 100; ++i) client.send_text(std::to_string(i));
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.read_payload(), "echo: " + std::to_string(i));
  }
}

TEST(ChannelTls, ends_every_way_that_a_plain_one_does) {
  auto server = Server::start({.tls = true});
  TlsClient closed{*server};
  closed.send_close(1000);
  EXPECT_EQ(closed.read_close(), 1000);
  EXPECT_EQ(closed.read_to_end(), WireEnd::fin);

  TlsClient told{*server};
  server->simulate_disconnect(Disconnect::code(4000));
  EXPECT_EQ(told.read_close(), 4000);
  told.send_close(4000);
  EXPECT_EQ(told.read_to_end(), WireEnd::fin);

  TlsClient dropped{*server};
  server->simulate_disconnect(Disconnect::abrupt());
  EXPECT_EQ(dropped.read_to_end(), WireEnd::reset);

  TlsClient deaf{*server};
  server->simulate_disconnect(Disconnect::half_open());
  deaf.send_text("ping");
  deaf.wait_at_most(100ms);
  EXPECT_EQ(deaf.read_to_end(), WireEnd::silent);
}

TEST(ChannelTls, a_violation_gets_its_close_code_although_more_is_unread) {
  const auto server = Server::start({.tls = true});
  TlsClient client{*server};
  client.write("\x81\x01x" + std::string(100'000, 'x'));
  EXPECT_EQ(client.read_close(), 1002);
}

}  // namespace
}  // namespace zenws::testing

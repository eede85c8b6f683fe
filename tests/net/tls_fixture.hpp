// What the tests of TLS streams share: a server's identity and a stream to it.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "net/blocking.hpp"
#include "net/tls_server.hpp"

namespace zenws::net::tests {

inline TlsOptions trusting(const testing::Identity& identity) { return {.ca_pem = identity.ca_pem}; }

struct TlsTransports : ::testing::Test {
  TestLoop on;
  TlsServer::Setup setup;

  // The stream to a server that does `talk`.
  std::unique_ptr<TlsTransport> connect(TlsServer& server) {
    auto stream = connect_tls(on, server.port(), trusting(setup.identity));
    EXPECT_TRUE(stream) << to_string(stream.error());
    return stream ? *std::move(stream) : nullptr;
  }
};

}  // namespace zenws::net::tests

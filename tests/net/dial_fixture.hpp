// What the tests of whole attempts share: a far end on loopback, and what became of the attempt.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/blocking.hpp"
#include "net/dial.hpp"
#include "net/tls_server.hpp"

namespace zenws::net::tests {

inline std::string switching_protocols(const std::string& request, const std::string& more = {}) {
  constexpr std::string_view name = "Sec-WebSocket-Key: ";
  if (!request.contains(name)) return {};  // the client has gone
  const auto begin = request.find(name) + name.size();
  const std::string key = request.substr(begin, request.find("\r\n", begin) - begin);
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         ws::accept_key(key) + "\r\n" + more + "\r\n";
}

struct Dialling : ::testing::Test {
  TestLoop on;
  Listener listener{on.io};
  DialRequest request;
  std::vector<DialStep> steps;
  std::optional<Result<Dialled>> result;
  std::unique_ptr<Dial> dial;

  void SetUp() override { to("ws://127.0.0.1:" + std::to_string(listener.port()) + "/feed?x=1"); }
  void to(const std::string& url) { request.url = *parse_url(url); }
  void start() {
    dial = Dial::start(
        *on.loop, request,
        [this](Result<Dialled> got) {
          result = std::move(got);
          dial.reset();
        },
        [this](const DialStep& step) { steps.push_back(step); });
    EXPECT_FALSE(result) << "called from inside";
  }
  bool run_to_end() {
    return on.run_until([this] { return result.has_value(); });
  }
  // Error of an attempt that must fail in `phase`.
  Error failure(Phase phase) {
    EXPECT_TRUE(run_to_end());
    if (!result || *result) return Error{errc::not_found, phase, "no failure"};
    EXPECT_EQ(result->error().phase(), phase) << to_string(result->error());
    return result->error();
  }
  [[nodiscard]] std::vector<Phase> phases() const {
    std::vector<Phase> all;
    for (const DialStep& step : steps) all.push_back(step.phase);
    return all;
  }
  // The server's end of the connection, with the request that arrived on it.
  Socket accept(std::string* text = nullptr) {
    EXPECT_TRUE(on.run_until([this] { return steps.size() >= 2; })) << "no TCP connection";
    Socket far = listener.accept();
    if (text != nullptr) {
      EXPECT_TRUE(on.run_until([&far] { return far.available() > 0; })) << "no request";
      boost::asio::read_until(far, boost::asio::dynamic_buffer(*text), "\r\n\r\n");
    }
    return far;
  }
};

inline void send(Socket& far, std::string_view text) { boost::asio::write(far, boost::asio::buffer(text)); }

struct DiallingTls : Dialling {
  TlsServer::Setup setup;
  void start_to(const TlsServer& server) {
    to("wss://localhost:" + std::to_string(server.port()));
    request.tls.ca_pem = setup.identity.ca_pem;
    start();
  }
  static std::string read_request(SSL& ssl) {
    std::string text;
    std::array<char, 1024> piece{};
    std::size_t size = 0;
    while (!text.ends_with("\r\n\r\n") && SSL_read_ex(&ssl, piece.data(), piece.size(), &size) == 1) {
      text.append(piece.data(), size);
    }
    return text;
  }
};

}  // namespace zenws::net::tests

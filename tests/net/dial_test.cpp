// Whole attempts against real far ends: how they succeed, how each step fails, and that they can be ended at any
// moment.
#include "net/dial.hpp"

#include <array>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/blocking.hpp"
#include "net/plain_stream.hpp"
#include "net/resolve.hpp"
#include "net/tls_server.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string switching_protocols(const std::string& request, const std::string& more = {}) {
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
  tcp::socket accept(std::string* text = nullptr) {
    EXPECT_TRUE(on.run_until([this] { return steps.size() >= 2; })) << "no TCP connection";
    tcp::socket far = listener.accept();
    if (text != nullptr) {
      EXPECT_TRUE(on.run_until([&far] { return far.available() > 0; })) << "no request";
      boost::asio::read_until(far, boost::asio::dynamic_buffer(*text), "\r\n\r\n");
    }
    return far;
  }
};

void send(tcp::socket& far, std::string_view text) { boost::asio::write(far, boost::asio::buffer(text)); }

// ---- success

TEST_F(Dialling, opens_a_connection) {
  request.headers = {{"Authorization", "Bearer token"}};
  request.subprotocols = {"v1", "v2"};
  start();
  std::string asked;
  tcp::socket far = accept(&asked);
  EXPECT_THAT(asked, HasSubstr("GET /feed?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(asked, HasSubstr("Authorization: Bearer token\r\n"));
  send(far, switching_protocols(asked, "Sec-WebSocket-Protocol: v2\r\n"));
  ASSERT_TRUE(run_to_end());
  ASSERT_TRUE(*result) << to_string(result->error());
  EXPECT_EQ((*result)->answer.subprotocol, "v2");
  EXPECT_TRUE((*result)->received.empty());
  EXPECT_THAT(phases(), ElementsAre(Phase::resolve, Phase::connect, Phase::upgrade));
  EXPECT_EQ(steps[0].text, to_text(listener.endpoint()));
  EXPECT_EQ(steps[1].text, to_text(listener.endpoint()));
  EXPECT_EQ(steps[2].text, "101, subprotocol v2");

  EXPECT_EQ(write(*(*result)->stream, "frame").status, Transfer::Status::ok);
  std::array<char, 5> got{};
  boost::asio::read(far, boost::asio::buffer(got));
  EXPECT_EQ(std::string(got.data(), got.size()), "frame");
}

TEST_F(Dialling, keeps_the_bytes_that_came_behind_the_101) {
  start();
  std::string asked;
  tcp::socket far = accept(&asked);
  send(far, switching_protocols(asked) + "\x81\x02hi");
  ASSERT_TRUE(run_to_end());
  ASSERT_TRUE(*result) << to_string(result->error());
  EXPECT_EQ(text_of((*result)->received.bytes()), "\x81\x02hi");
}

TEST_F(Dialling, reads_an_answer_that_comes_byte_by_byte) {
  start();
  std::string asked;
  tcp::socket far = accept(&asked);
  for (const char c : switching_protocols(asked)) {
    send(far, {&c, 1});
    on.run_ready();
  }
  ASSERT_TRUE(run_to_end());
  EXPECT_TRUE(*result) << to_string(result->error());
}

TEST_F(Dialling, resolves_localhost) {
  to("ws://localhost:" + std::to_string(listener.port()));
  start();
  std::string asked;
  tcp::socket far = accept(&asked);
  send(far, switching_protocols(asked));
  ASSERT_TRUE(run_to_end());
  EXPECT_TRUE(*result) << to_string(result->error());
}

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

TEST_F(DiallingTls, opens_a_connection_and_describes_it) {
  setup.talk = [](SSL& ssl) {
    TlsServer::write(ssl, switching_protocols(read_request(ssl)) + "\x81\x02hi");
    TlsServer::read_to_end(ssl);
  };
  TlsServer server{setup};
  start_to(server);
  ASSERT_TRUE(run_to_end());
  ASSERT_TRUE(*result) << to_string(result->error());
  EXPECT_EQ(text_of((*result)->received.bytes()), "\x81\x02hi");
  EXPECT_THAT(phases(), ElementsAre(Phase::resolve, Phase::connect, Phase::tls, Phase::upgrade));
  EXPECT_THAT(steps[2].text, HasSubstr("TLSv1.3"));
  EXPECT_THAT(steps[2].text, HasSubstr("verified for localhost"));
  write(*(*result)->stream, "frame");
  (*result)->stream->close(false);
  EXPECT_EQ(server.seen().application_data, "frame");
}

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
  tcp::socket far = accept(&asked);
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
    tcp::socket far = accept(&asked);
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

TEST_F(Dialling, fails_when_the_server_hangs_up_instead_of_answering) {
  start();
  std::string asked;
  {
    const tcp::socket far = accept(&asked);
  }
  EXPECT_EQ(failure(Phase::upgrade), errc::disconnected);
}

TEST_F(Dialling, fails_with_the_systems_code_when_reset_instead_of_answered) {
  start();
  std::string asked;
  {
    PlainStream{accept(&asked)}.close(true);
  }
  EXPECT_EQ(failure(Phase::upgrade).code(), std::errc::connection_reset);
}

TEST_F(Dialling, fails_on_a_101_with_the_wrong_key) {
  start();
  std::string asked;
  tcp::socket far = accept(&asked);
  send(far, switching_protocols("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"));
  EXPECT_EQ(failure(Phase::upgrade), errc::bad_accept);
}

// ---- the deadline

TEST_F(Dialling, gives_up_on_a_server_that_does_not_accept) {
  tcp::acceptor full{on.io};
  full.open(tcp::v4());
  full.bind({boost::asio::ip::address_v4::loopback(), 0});
  full.listen(0);
  std::list<tcp::socket> filling;
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
  tcp::socket far = listener.accept();
  std::string asked;
  boost::system::error_code end;
  boost::asio::read(far, boost::asio::dynamic_buffer(asked), end);
  EXPECT_EQ(end, boost::asio::error::eof);
}

// ---- ended by its owner

TEST_F(Dialling, ended_at_once_never_calls_back) {
  start();
  dial.reset();
  on.io.restart();
  on.io.run_for(20ms);
  EXPECT_FALSE(result);
  EXPECT_TRUE(steps.empty());
}

TEST_F(Dialling, ended_while_it_resolves_never_calls_back) {
  to("ws://localhost:" + std::to_string(listener.port()));
  start();
  dial.reset();
  on.io.restart();
  on.io.run_for(50ms);
  EXPECT_FALSE(result);
  EXPECT_TRUE(steps.empty());
}

TEST_F(Dialling, ended_after_any_number_of_handlers_never_calls_back) {
  for (int handlers = 0; handlers < 12; ++handlers) {
    start();
    on.io.restart();
    for (int i = 0; i < handlers; ++i) on.io.run_one_for(1ms);
    EXPECT_FALSE(result);
    dial.reset();
    on.run_ready();
    EXPECT_FALSE(result);
  }
  EXPECT_EQ(phases().back(), Phase::connect);  // the last ones had sent their request
}

TEST_F(DiallingTls, ended_by_who_watches_after_any_step_never_calls_back) {
  for (std::size_t last = 1; last <= 4; ++last) {
    setup.talk = [](SSL& ssl) {
      TlsServer::write(ssl, switching_protocols(read_request(ssl)));
      TlsServer::read_to_end(ssl);
    };
    TlsServer server{setup};
    to("wss://localhost:" + std::to_string(server.port()));
    request.tls.ca_pem = setup.identity.ca_pem;
    std::size_t taken = 0;
    dial = Dial::start(
        *on.loop, request, [](const Result<Dialled>&) { FAIL() << "called"; },
        [&](const DialStep&) {
          if (++taken == last) dial.reset();
        });
    EXPECT_TRUE(on.run_until([&] { return taken == last; }));
    on.run_ready();
    EXPECT_EQ(taken, last);
  }
}

TEST_F(Dialling, ended_with_its_loop_leaves_nothing_on_the_io_context) {
  struct Owner final : Tenant {
    explicit Owner(std::unique_ptr<Dial>& to) : dial(to) {}
    void loop_ends() override { dial.reset(); }
    std::unique_ptr<Dial>& dial;
  } owner{dial};
  on.loop->enter(owner);
  start();
  const tcp::socket far = accept();
  on.loop->end();
  on.io.restart();
  on.io.run_for(patience);
  EXPECT_TRUE(on.io.stopped());  // out of work
  EXPECT_FALSE(result);
}

TEST_F(Dialling, many_at_once_each_get_their_own_answer) {
  constexpr int count = 50;
  std::vector<std::unique_ptr<Dial>> dials;
  int opened = 0;
  for (int i = 0; i < count; ++i) {
    request.subprotocols = {"p" + std::to_string(i)};
    dials.push_back(Dial::start(*on.loop, request, [&opened, i](Result<Dialled> got) {
      ASSERT_TRUE(got) << to_string(got.error());
      opened += got->answer.subprotocol == "p" + std::to_string(i) ? 1 : 0;
    }));
  }
  on.run_ready();  // all on their way
  std::list<tcp::socket> far;
  for (int i = 0; i < count; ++i) {
    far.push_back(listener.accept());
    ASSERT_TRUE(on.run_until([&] { return far.back().available() > 0; }));
    std::string asked;
    boost::asio::read_until(far.back(), boost::asio::dynamic_buffer(asked), "\r\n\r\n");
    const auto begin = asked.find("Sec-WebSocket-Protocol: ");
    send(far.back(), switching_protocols(asked, asked.substr(begin, asked.find("\r\n", begin) + 2 - begin)));
  }
  EXPECT_TRUE(on.run_until([&] { return opened == count; }));
}

}  // namespace
}  // namespace zenws::net::tests

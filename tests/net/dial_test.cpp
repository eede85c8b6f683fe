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

#include "net/dial_fixture.hpp"
#include "net/resolve.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// ---- success

TEST_F(Dialling, opens_a_connection) {
  request.headers = {{"Authorization", "Bearer token"}};
  request.subprotocols = {"v1", "v2"};
  start();
  std::string asked;
  Socket far = accept(&asked);
  EXPECT_THAT(asked, HasSubstr("GET /feed?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(asked, HasSubstr("Authorization: Bearer token\r\n"));
  send(far, switching_protocols(asked, "Sec-WebSocket-Protocol: v2\r\n"));
  ASSERT_TRUE(run_to_end());
  ASSERT_TRUE(*result) << to_string(result->error());
  EXPECT_EQ((*result)->answer.subprotocol, "v2");
  EXPECT_TRUE((*result)->received.empty());
  EXPECT_THAT(phases(), ElementsAre(Phase::resolve, Phase::connect, Phase::upgrade));
  EXPECT_EQ(steps[0].text, to_text(endpoint_of(listener.endpoint())));
  EXPECT_EQ(steps[1].text, to_text(endpoint_of(listener.endpoint())));
  EXPECT_EQ(steps[2].text, "101, subprotocol v2");

  EXPECT_EQ(write(*(*result)->transport, "frame").status, Transfer::Status::ok);
  std::array<char, 5> got{};
  boost::asio::read(far, boost::asio::buffer(got));
  EXPECT_EQ(std::string(got.data(), got.size()), "frame");
}

TEST_F(Dialling, keeps_the_bytes_that_came_behind_the_101) {
  start();
  std::string asked;
  Socket far = accept(&asked);
  send(far, switching_protocols(asked) + "\x81\x02hi");
  ASSERT_TRUE(run_to_end());
  ASSERT_TRUE(*result) << to_string(result->error());
  EXPECT_EQ(text_of((*result)->received.bytes()), "\x81\x02hi");
}

TEST_F(Dialling, reads_an_answer_that_comes_byte_by_byte) {
  start();
  std::string asked;
  Socket far = accept(&asked);
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
  Socket far = accept(&asked);
  send(far, switching_protocols(asked));
  ASSERT_TRUE(run_to_end());
  EXPECT_TRUE(*result) << to_string(result->error());
}

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
  write(*(*result)->transport, "frame");
  (*result)->transport->close(false);
  EXPECT_EQ(server.seen().application_data, "frame");
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
  const Socket far = accept();
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
  std::list<Socket> far;
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

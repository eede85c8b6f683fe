// The server's side: every condition of RFC 6455 §4.2.1 by itself, and the answers given.
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/url.hpp"
#include "support/exact_bytes.hpp"
#include "ws/upgrade.hpp"

namespace zenws::ws {
namespace {

using test::ExactBytes;
using ::testing::ElementsAre;

using HelloAnswer = std::optional<Result<ClientHello>>;

struct RequestRead {
  HelloAnswer answer;
  std::string rest;
};

RequestRead read_request(const std::string& wire, std::size_t chunk) {
  UpgradeRequestReader reader;
  for (std::size_t at = 0; at < wire.size(); at += chunk) {
    const ExactBytes piece{std::string_view{wire}.substr(at, chunk)};
    if (HelloAnswer answer = reader.feed(piece.bytes()))
      return {std::move(answer), std::string{as_text(reader.rest())}};
  }
  return {};
}

const std::string request_line = "GET /chat?x=1 HTTP/1.1\r\n";
const std::string host_line = "Host: example.org\r\n";
const std::string upgrade_line = "Upgrade: websocket\r\n";
const std::string connection_line = "Connection: keep-alive, Upgrade\r\n";
const std::string key_line = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string version_line = "Sec-WebSocket-Version: 13\r\n";

HttpResponse refusal_of(const std::string& wire) {
  for (const std::size_t chunk : {std::size_t{1}, wire.size()}) {
    const RequestRead got = read_request(wire, chunk);
    if (!got.answer || *got.answer || got.answer->error().http() == nullptr) {
      ADD_FAILURE() << wire << " was not refused";
      return {};
    }
    EXPECT_TRUE(got.answer->error() == errc::upgrade_rejected);
    if (chunk == wire.size()) return *got.answer->error().http();
  }
  return {};
}

TEST(UpgradeRequestReader, reads_what_make_upgrade_request_writes) {
  const UpgradeRequest request =
      make_upgrade_request(*parse_url("ws://h/t?q"), {{.name = "X-Mine", .value = "1"}}, {"b", "a"});
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{10}, request.text.size()}) {
    const RequestRead got = read_request(request.text, chunk);
    ASSERT_TRUE(got.answer && *got.answer);
    const ClientHello& hello = **got.answer;
    EXPECT_EQ(hello.target, "/t?q");
    EXPECT_EQ(hello.key, request.key);
    EXPECT_THAT(hello.subprotocols, ElementsAre("b", "a"));
    EXPECT_THAT(hello.headers, ::testing::Contains(Header{"X-Mine", "1"}));
  }
}

TEST(UpgradeRequestReader, leaves_the_frames_behind_it_to_the_caller) {
  const std::string wire =
      request_line + host_line + upgrade_line + connection_line + key_line + version_line + "\r\nframes";
  EXPECT_EQ(read_request(wire, wire.size()).rest, "frames");
}

TEST(UpgradeRequestReader, reads_subprotocols_from_several_headers) {
  const std::string wire = request_line + host_line + upgrade_line + connection_line + key_line + version_line +
                           "Sec-WebSocket-Protocol: a , b\r\nsec-websocket-protocol: c\r\n\r\n";
  EXPECT_THAT((*read_request(wire, wire.size()).answer)->subprotocols, ElementsAre("a", "b", "c"));
}

TEST(UpgradeRequestReader, answers_405_to_another_method) {
  const HttpResponse answer =
      refusal_of("POST / HTTP/1.1\r\n" + host_line + upgrade_line + connection_line + key_line + version_line + "\r\n");
  EXPECT_EQ(answer.status, 405);
  EXPECT_THAT(answer.headers, ElementsAre(Header{"Allow", "GET"}));
}

TEST(UpgradeRequestReader, answers_426_to_a_request_that_asks_for_no_websocket) {
  const HttpResponse answer = refusal_of(request_line + host_line + connection_line + key_line + version_line + "\r\n");
  EXPECT_EQ(answer.status, 426);
  EXPECT_EQ(answer.reason, "Upgrade Required");
  EXPECT_THAT(answer.headers, ElementsAre(Header{"Upgrade", "websocket"}));
  EXPECT_EQ(
      refusal_of(request_line + host_line + "Upgrade: h2c\r\n" + connection_line + key_line + version_line + "\r\n")
          .status,
      426);
}

TEST(UpgradeRequestReader, answers_426_and_its_version_to_another_version) {
  for (const char* other : {"", "Sec-WebSocket-Version: 8\r\n", "Sec-WebSocket-Version: 13, 8\r\n"}) {
    const HttpResponse answer =
        refusal_of(request_line + host_line + upgrade_line + connection_line + key_line + other + "\r\n");
    EXPECT_EQ(answer.status, 426);
    EXPECT_THAT(answer.headers, ElementsAre(Header{"Upgrade", "websocket"}, Header{"Sec-WebSocket-Version", "13"}));
  }
}

TEST(UpgradeRequestReader, answers_400_to_a_request_with_something_missing) {
  EXPECT_EQ(refusal_of(request_line + upgrade_line + connection_line + key_line + version_line + "\r\n").status, 400);
  EXPECT_EQ(refusal_of(request_line + host_line + host_line + upgrade_line + connection_line + key_line + version_line +
                       "\r\n")
                .status,
            400);
  EXPECT_EQ(refusal_of(request_line + host_line + upgrade_line + key_line + version_line + "\r\n").status, 400);
  EXPECT_EQ(refusal_of(request_line + host_line + upgrade_line + connection_line + version_line + "\r\n").status, 400);
  EXPECT_EQ(
      refusal_of("GET / HTTP/1.0\r\n" + host_line + upgrade_line + connection_line + key_line + version_line + "\r\n")
          .status,
      400);
}

TEST(UpgradeRequestReader, answers_400_to_a_key_that_is_not_16_bytes_in_base64) {
  for (const char* bad : {"", "short==", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZR==",
                          "dGhlIHNhbXBsZSBub25j-Q==", "dGhlIHNhbXBsZSBub25jZQ==AAAA", "dGhlIHNhbXBsZSBub25jZQAA"}) {
    EXPECT_EQ(refusal_of(request_line + host_line + upgrade_line + connection_line + version_line +
                         "Sec-WebSocket-Key: " + bad + "\r\n\r\n")
                  .status,
              400)
        << bad;
  }
  EXPECT_EQ(refusal_of(request_line + host_line + upgrade_line + connection_line + key_line + key_line + version_line +
                       "\r\n")
                .status,
            400);
}

TEST(UpgradeRequestReader, answers_400_to_what_is_not_http_or_has_a_body) {
  EXPECT_EQ(refusal_of("nonsense\r\n\r\n").status, 400);
  EXPECT_EQ(refusal_of("POS : 3\r\n\r\n").status, 400);  // found by fuzzing: over, and Beast wants more
  EXPECT_EQ(refusal_of(request_line + host_line + upgrade_line + connection_line + key_line + version_line +
                       "Content-Length: 3\r\n\r\nabc")
                .status,
            400);
  EXPECT_EQ(refusal_of(request_line + host_line + upgrade_line + connection_line + key_line + version_line +
                       "Transfer-Encoding: chunked\r\n\r\n")
                .status,
            400);
}

TEST(UpgradeRequestReader, answers_431_over_its_limits) {
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(refusal_of(request_line + many + "\r\n").status, 431);
  EXPECT_EQ(refusal_of(request_line + "X-Long: " + std::string(70'000, 'x')).status, 431);
}

TEST(UpgradeServerAnswer, is_accepted_by_the_client) {
  const UpgradeRequest request = make_upgrade_request(*parse_url("ws://h/"), {}, {"a", "b"});
  const std::string hello = request.text;
  const RequestRead asked = read_request(hello, hello.size());
  ASSERT_TRUE(asked.answer && *asked.answer);
  const std::string text = make_upgrade_answer(**asked.answer, "b", {{.name = "X-Extra", .value = "1"}});
  UpgradeReader reader{request};
  const auto answer = reader.feed(std::as_bytes(std::span{text}));
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->subprotocol, "b");
  EXPECT_THAT((*answer)->headers, ::testing::Contains(Header{"X-Extra", "1"}));
}

TEST(UpgradeServerAnswer, of_any_other_status_says_its_length_and_closes) {
  EXPECT_EQ(
      make_http_answer({.status = 503, .headers = {{"Retry-After", "7"}}, .body = "later"}),
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlater");
  EXPECT_TRUE(make_http_answer({.status = 401, .reason = "Go Away"}).starts_with("HTTP/1.1 401 Go Away\r\n"));
}

}  // namespace
}  // namespace zenws::ws

// Every way in which an answer is accepted or refused (RFC 6455 §4.1), cut everywhere.
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "support/exact_bytes.hpp"
#include "ws/upgrade.hpp"

namespace zenws::ws {
namespace {

using test::ExactBytes;

using Answer = std::optional<Result<UpgradeAnswer>>;

struct Read {
  Answer answer;
  std::string rest;
};

UpgradeRequest request() { return {.key = "dGhlIHNhbXBsZSBub25jZQ==", .subprotocols = {"v2", "v1"}, .text = {}}; }

// Reads `wire` in pieces of `chunk` bytes, as a socket would: what follows the answer may come in a later piece.
Read read(const std::string& wire, std::size_t chunk) {
  const UpgradeRequest sent = request();
  UpgradeReader reader{sent};
  for (std::size_t at = 0; at < wire.size(); at += chunk) {
    const ExactBytes piece{std::string_view{wire}.substr(at, chunk)};
    if (Answer answer = reader.feed(piece.bytes())) {
      std::string rest{as_text(reader.rest())};
      if (at + chunk < wire.size()) rest += wire.substr(at + chunk);
      return {std::move(answer), std::move(rest)};
    }
  }
  return {};
}

std::optional<HttpResponse> http_of(const Result<UpgradeAnswer>& answer) {
  const HttpResponse* http = answer.error().http();
  return http == nullptr ? std::nullopt : std::optional{*http};
}

// The same in every chunk size; the answers must not differ.
Read read_in_all_ways(const std::string& wire) {
  Read whole = read(wire, wire.size());
  for (const std::size_t chunk :
       {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, wire.size() / 2 + 1}) {
    Read again = read(wire, chunk);
    EXPECT_EQ(again.answer.has_value(), whole.answer.has_value()) << "chunks of " << chunk;
    if (!again.answer || !whole.answer) continue;
    EXPECT_EQ(again.answer->has_value(), whole.answer->has_value()) << "chunks of " << chunk;
    if (*again.answer) {
      EXPECT_EQ(again.rest, whole.rest);
      EXPECT_EQ((*again.answer)->headers, (*whole.answer)->headers);
    } else {
      EXPECT_EQ(to_string(again.answer->error()), to_string(whole.answer->error()));
      EXPECT_EQ(http_of(*again.answer), http_of(*whole.answer)) << "chunks of " << chunk;
    }
  }
  return whole;
}

const std::string upgrade = "Upgrade: websocket\r\n";
const std::string connection = "Connection: Upgrade\r\n";
const std::string accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

std::string switching(const std::string& headers) { return "HTTP/1.1 101 Switching Protocols\r\n" + headers + "\r\n"; }

UpgradeAnswer accepted(const std::string& wire) {
  Read got = read_in_all_ways(wire);
  if (got.answer && *got.answer) return **std::move(got.answer);
  ADD_FAILURE() << wire << (got.answer ? to_string(got.answer->error()) : "needs more");
  return {};
}

Error refused(const std::string& wire) {
  Read got = read_in_all_ways(wire);
  if (got.answer && !*got.answer) return std::move(got.answer)->error();
  ADD_FAILURE() << wire << (got.answer ? " was accepted" : " needs more");
  return Error{errc::closed};
}

void expect_bad_accept(const std::string& headers, std::string_view what) {
  const Error error = refused(switching(headers));
  EXPECT_TRUE(error == errc::bad_accept) << headers;
  EXPECT_EQ(error.phase(), Phase::upgrade);
  EXPECT_TRUE(error.detail().contains(what)) << error.detail();
}

TEST(UpgradeAnswer, is_accepted_with_its_headers) {
  const UpgradeAnswer answer = accepted(switching(upgrade + connection + accept + "X-Trace: 7\r\n"));
  EXPECT_EQ(answer.subprotocol, "");
  ASSERT_EQ(answer.headers.size(), 4U);
  EXPECT_EQ(answer.headers[3], (Header{"X-Trace", "7"}));
}

TEST(UpgradeAnswer, is_accepted_in_any_case_and_with_more_tokens) {
  accepted(
      switching("UPGRADE: WebSocket\r\nconnection: keep-alive,  uPGRADE\r\n"
                "sec-websocket-accept:  s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \t\r\n"));
  accepted(switching("Connection: keep-alive\r\nConnection: Upgrade\r\n" + upgrade + accept));
  accepted("HTTP/1.1 101 \r\n" + upgrade + connection + accept + "\r\n");
}

TEST(UpgradeAnswer, leaves_the_frames_behind_it_to_the_caller) {
  EXPECT_EQ(read_in_all_ways(switching(upgrade + connection + accept) + "\x81\x05Hello").rest, "\x81\x05Hello");
  EXPECT_EQ(read_in_all_ways(switching(upgrade + connection + accept)).rest, "");
}

TEST(UpgradeAnswer, needs_more_until_its_empty_line) {
  const std::string wire = switching(upgrade + connection + accept);
  for (std::size_t size = 0; size < wire.size(); ++size) {
    EXPECT_FALSE(read(wire.substr(0, size), wire.size()).answer.has_value()) << size;
  }
}

TEST(UpgradeAnswer, ignores_a_body_that_a_101_cannot_have) {
  const std::string wire = switching(upgrade + connection + accept + "Content-Length: 5\r\n") + "\x81\x01x";
  EXPECT_EQ(read_in_all_ways(wire).rest, "\x81\x01x");
}

TEST(UpgradeAnswer, is_bad_without_the_upgrade_header) {
  expect_bad_accept(connection + accept, "Upgrade header");
  expect_bad_accept("Upgrade: h2c\r\n" + connection + accept, "Upgrade header");
  expect_bad_accept("Upgrade: websocket2\r\n" + connection + accept, "Upgrade header");
  expect_bad_accept(upgrade + "Upgrade: h2c\r\n" + connection + accept, "Upgrade header");
}

TEST(UpgradeAnswer, is_bad_without_the_connection_token) {
  expect_bad_accept(upgrade + accept, "Connection header");
  expect_bad_accept(upgrade + "Connection: close\r\n" + accept, "Connection header");
  expect_bad_accept(upgrade + "Connection: Upgraded\r\n" + accept, "Connection header");
}

TEST(UpgradeAnswer, is_bad_without_the_accept_value_of_our_key) {
  expect_bad_accept(upgrade + connection, "Sec-WebSocket-Accept");
  expect_bad_accept(upgrade + connection + accept + accept, "Sec-WebSocket-Accept");
  expect_bad_accept(upgrade + connection + "Sec-WebSocket-Accept: \r\n", "Sec-WebSocket-Accept");
  expect_bad_accept(upgrade + connection + "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
                    "Sec-WebSocket-Accept");
}

TEST(UpgradeAnswer, is_bad_with_an_extension_that_was_not_offered) {
  expect_bad_accept(upgrade + connection + accept + "Sec-WebSocket-Extensions: permessage-deflate\r\n", "extension");
  accepted(switching(upgrade + connection + accept + "Sec-WebSocket-Extensions: \r\n"));
}

TEST(UpgradeAnswer, chooses_one_subprotocol_of_those_offered_or_none) {
  EXPECT_EQ(accepted(switching(upgrade + connection + accept + "Sec-WebSocket-Protocol: v1\r\n")).subprotocol, "v1");
  for (const char* chosen : {"v3", "V1", "v2, v1", ""}) {
    expect_bad_accept(upgrade + connection + accept + "Sec-WebSocket-Protocol: " + chosen + "\r\n", "subprotocol");
  }
  expect_bad_accept(upgrade + connection + accept + "Sec-WebSocket-Protocol: v1\r\nSec-WebSocket-Protocol: v2\r\n",
                    "subprotocol");
}

// What RFC 9112 lets a client take.

TEST(UpgradeAnswer, may_lack_a_reason_phrase_and_the_blank_before_it) {
  accepted("HTTP/1.1 101\r\n" + upgrade + connection + accept + "\r\n");
  accepted("HTTP/1.1 101 \r\n" + upgrade + connection + accept + "\r\n");
  EXPECT_EQ(refused("HTTP/1.1 503\r\nContent-Length: 2\r\n\r\nno").http()->status, 503);
}

TEST(UpgradeAnswer, may_end_its_lines_with_lf_alone) {
  std::string wire = switching(upgrade + connection + accept);
  std::erase(wire, '\r');
  EXPECT_EQ(read_in_all_ways(wire + "\x81\x01x").rest, "\x81\x01x");
  EXPECT_EQ(refused("HTTP/1.1 302 Found\nLocation: /\nContent-Length: 2\n\nno").http()->body, "no");
  EXPECT_EQ(refused("HTTP/1.1 302 Found\nContent-Length: 2\n\r\nno").http()->body, "no");
}

TEST(UpgradeAnswer, means_nothing_by_length_fields_on_a_101) {
  for (const char* fields :
       {"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n", "Content-Length: \r\n", "Content-Length: -1\r\n",
        "Content-Length: 1\r\nContent-Length: 2\r\n", "transfer-encoding: gzip,\r\n chunked\r\n"}) {
    const std::string wire = switching(upgrade + fields + connection + accept) + "\x81\x01x";
    EXPECT_EQ(read_in_all_ways(wire).rest, "\x81\x01x") << fields;
  }
}

TEST(UpgradeAnswer, may_follow_interim_answers) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
  EXPECT_EQ(accepted(interim + switching(upgrade + connection + accept)).headers.size(), 3U);
  EXPECT_EQ(refused(interim + "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno").http()->body, "no");
}

// Refused.

TEST(UpgradeRefused, keeps_status_headers_and_body) {
  const Error error =
      refused("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 9\r\n\r\nno entry!");
  EXPECT_TRUE(error == errc::upgrade_rejected);
  EXPECT_EQ(error.phase(), Phase::upgrade);
  ASSERT_NE(error.http(), nullptr);
  EXPECT_EQ(*error.http(), (HttpResponse{.status = 401,
                                         .reason = "Unauthorized",
                                         .headers = {{"WWW-Authenticate", "Basic"}, {"Content-Length", "9"}},
                                         .body = "no entry!"}));
}

TEST(UpgradeRefused, waits_for_its_body) {
  const std::string wire = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nwait";
  for (std::size_t size = 0; size < wire.size(); ++size) {
    EXPECT_FALSE(read(wire.substr(0, size), wire.size()).answer.has_value()) << size;
  }
}

TEST(UpgradeRefused, reads_a_chunked_body) {
  const std::string head = "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(refused(head + "5\r\nnot h\r\n3;ext=1\r\nere\r\n0\r\n\r\n").http()->body, "not here");
  const HttpResponse with_trailer = *refused(head + "2\r\nno\r\n0\r\nX-Late: 1\r\n\r\n").http();
  EXPECT_EQ(with_trailer.body, "no");
  EXPECT_EQ(with_trailer.headers.size(), 1U);
}

TEST(UpgradeRefused, keeps_what_came_of_a_body_that_breaks_http) {
  EXPECT_EQ(refused("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\nzz\r\n").http()->body,
            "no");
}

TEST(UpgradeRefused, keeps_the_first_4_KiB_of_a_long_body) {
  const std::string body(10'000, 'b');
  EXPECT_EQ(refused("HTTP/1.1 500 Oops\r\nContent-Length: 10000\r\n\r\n" + body).http()->body, body.substr(0, 4096));
  EXPECT_EQ(refused("HTTP/1.1 500 Oops\r\n\r\n" + body).http()->body, body.substr(0, 4096));
  EXPECT_EQ(refused("HTTP/1.1 500 Oops\r\nContent-Length: 9000000000000000000\r\n\r\n" + body).http()->body.size(),
            4096U);
  EXPECT_EQ(refused("HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n2710\r\n" + body).http()->body.size(),
            4096U);
}

TEST(UpgradeRefused, has_no_body_where_http_has_none) {
  EXPECT_EQ(refused("HTTP/1.1 204 No Content\r\n\r\n").http()->status, 204);
  EXPECT_EQ(refused("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n").http()->status, 302);
}

TEST(UpgradeRefused, is_told_by_http_1_0_servers_too) {
  EXPECT_EQ(refused("HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n").http()->status, 404);
}

Error ended_after(const std::string& wire) {
  const UpgradeRequest sent = request();
  UpgradeReader reader{sent};
  EXPECT_FALSE(reader.feed(ExactBytes{wire}.bytes()).has_value());
  return reader.ended();
}

TEST(UpgradeRefused, ends_with_the_stream) {
  const Error error = ended_after("HTTP/1.1 403 Forbidden\r\n\r\nuntil the end");
  EXPECT_TRUE(error == errc::upgrade_rejected);
  EXPECT_EQ(error.http()->body, "until the end");
  EXPECT_EQ(ended_after("HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nhalf").http()->body, "half");
}

TEST(UpgradeEnded, is_disconnected_before_the_answer_was_whole) {
  for (const char* wire :
       {"", "HTTP/1.1 101 Switching", "HTTP/1.1 403 Forbidden\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
    const Error error = ended_after(wire);
    EXPECT_TRUE(error == errc::disconnected) << wire;
    EXPECT_EQ(error.phase(), Phase::upgrade);
    EXPECT_EQ(error.http(), nullptr);
  }
}

TEST(UpgradeEnded, says_how_far_the_answer_had_come) {
  EXPECT_TRUE(ended_after("").detail().contains("before it answered"));
  EXPECT_TRUE(ended_after("HTTP/1.1 403 Forbidden\r\n").detail().contains("in the middle of its answer"));
  EXPECT_TRUE(ended_after("HTTP/1.1 100 Continue\r\n\r\n").detail().contains("interim answer"));
}

// Not HTTP, and limits.

TEST(UpgradeAnswer, is_a_protocol_error_as_soon_as_it_cannot_be_http) {
  for (const char* wire : {"SSH-2.0-OpenSSH_9.2\r\n", "\x15\x03\x01", "220 smtp", "HTTP/2", "http/1.1 101", "HTTX"}) {
    EXPECT_TRUE(refused(wire) == errc::protocol_error) << wire;
  }
}

TEST(UpgradeAnswer, is_a_protocol_error_when_it_breaks_http) {
  EXPECT_TRUE(refused("HTTP/1.1 abc Whatever\r\n\r\n") == errc::protocol_error);
  EXPECT_TRUE(refused("HTTP/1.1\r\n\r\n") == errc::protocol_error);
  EXPECT_TRUE(refused(switching("no colon here\r\n")) == errc::protocol_error);
  EXPECT_TRUE(refused("HTTP/1.1 500 Oops\r\nContent-Length: -1\r\n\r\n") == errc::protocol_error);
  EXPECT_TRUE(refused("HTTP/1.0 101 Switching Protocols\r\n" + upgrade + connection + accept + "\r\n") ==
              errc::protocol_error);
}

std::string many_headers(int count) {
  std::string headers;
  for (int i = 0; i < count; ++i) headers += "X-" + std::to_string(i) + ": y\r\n";
  return headers;
}

TEST(UpgradeAnswer, has_at_most_100_headers) {
  EXPECT_EQ(accepted(switching(upgrade + connection + accept + many_headers(97))).headers.size(), 100U);
  EXPECT_TRUE(refused(switching(upgrade + connection + accept + many_headers(98))) == errc::protocol_error);
}

TEST(UpgradeAnswer, has_at_most_64_KiB_of_headers) {
  const auto padded = [](std::size_t size) {
    return upgrade + connection + accept + "X-Long: " + std::string(size, 'x') + "\r\n";
  };
  accepted(switching(padded(65'000)));
  EXPECT_TRUE(refused(switching(padded(66'000))) == errc::protocol_error);
  EXPECT_TRUE(refused("HTTP/1.1 101 " + std::string(66'000, 'x')) == errc::protocol_error);
  std::string interim;
  while (interim.size() < 66'000) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_TRUE(refused(interim) == errc::protocol_error);
}

TEST(UpgradeError, tells_no_header_value) {
  const Error error = refused(switching(upgrade + connection + accept + "Sec-WebSocket-Protocol: sekrit\r\n"));
  EXPECT_FALSE(to_string(error).contains("sekrit"));
}

}  // namespace
}  // namespace zenws::ws

// What a session delivers and owes, byte by byte and whole. No sockets.
#include "link/session.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/bytes.hpp"
#include "support/t0.hpp"

namespace zenws::link {
namespace {

using test::t0;

// One server frame, unmasked, short.
std::string frame(unsigned first, std::string_view payload) {
  std::string bytes{static_cast<char>(first), static_cast<char>(payload.size())};
  return bytes.append(payload);
}
std::string text_frame(std::string_view payload) { return frame(0x81, payload); }
std::string binary_frame(std::string_view payload) { return frame(0x82, payload); }
std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
  return frame(0x88, payload.append(reason));
}

std::string as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What a step asked for, as one line.
std::string line(const Session& session, const Step& step, const std::optional<Inbound>& inbound) {
  switch (step.kind) {
    case Step::Kind::owed:
      return "pong " + as_text(step.owed.payload);
    case Step::Kind::closing:
      return "close " + std::to_string(session.why().close()->code);
    case Step::Kind::failed:
      return "failed " + session.why().code().message() +
             (std::holds_alternative<ProtocolError>(inbound->message) ? "" : "?");
    default:
      break;
  }
  return std::visit(overloaded{[](const JsonMessage& m) { return "json " + std::string{m.text}; },
                               [](const TextMessage& m) { return "text " + std::string{m.text}; },
                               [](const BinaryMessage& m) { return "binary " + as_text(m.bytes); },
                               [](const UnmatchedResponse& m) { return "unmatched " + std::string{m.text}; },
                               [](const ProtocolError&) { return std::string{"error"}; }},
                    inbound->message);
}

Session session_of(const Options& options) {
  return Session{options, t0, [](std::string_view what) { ADD_FAILURE() << what; }};
}

std::vector<std::string> run(std::string wire, std::size_t chunk, const Options& options) {
  Session session = session_of(options);
  std::vector<std::string> lines;
  const std::size_t size = wire.size();
  wire.append(ws::text_padding, '\0');
  for (std::size_t at = 0; at < size; at += chunk) {
    session.feed(std::as_writable_bytes(std::span{wire}).subspan(at, std::min(chunk, size - at)), t0);
    std::optional<Inbound> inbound;
    const auto next = [&] { return session.next(t0, false, inbound); };
    for (Step step = next(); step.kind != Step::Kind::need_more; step = next()) {
      if (step.kind == Step::Kind::deadline) continue;
      lines.push_back(line(session, step, inbound));
      if (step.kind == Step::Kind::closing || step.kind == Step::Kind::failed) return lines;
    }
  }
  return lines;
}

void expect(const std::string& wire, const std::vector<std::string>& lines, const Options& options = {}) {
  EXPECT_EQ(run(wire, wire.size(), options), lines) << "whole";
  EXPECT_EQ(run(wire, 1, options), lines) << "byte by byte";
}

TEST(SessionDelivers, the_shape_of_each_message) {
  expect(
      text_frame(R"({"a":1})") + text_frame("pong") + binary_frame("\x01\xFF") + text_frame(R"({"id":1,"result":2})"),
      {R"(json {"a":1})", "text pong", "binary \x01\xFF", R"(unmatched {"id":1,"result":2})"});
}

TEST(SessionDelivers, text_unparsed_without_decode_json) {
  expect(text_frame(R"({"a":1})"), {R"(text {"a":1})"}, {.decode_json = false});
}

TEST(SessionDelivers, a_servers_own_request_as_json) {
  expect(text_frame(R"({"id":1,"method":"ping","result":0})"), {R"(json {"id":1,"method":"ping","result":0})"});
}

TEST(SessionOwes, a_pong_for_each_ping_between_fragments_too) {
  expect(frame(0x01, "he") + frame(0x89, "p1") + frame(0x80, "llo"), {"pong p1", "text hello"});
}

TEST(SessionOwes, nothing_for_a_pong) { expect(frame(0x8A, "x") + frame(0x8A, "y") + text_frame("a"), {"text a"}); }

TEST(SessionEnds, with_the_peers_close_code) {
  expect(text_frame("a") + close_frame(4001, "bye") + text_frame("b"), {"text a", "close 4001"});
}

TEST(SessionEnds, with_1005_when_the_peer_gives_no_code) { expect(frame(0x88, ""), {"close 1005"}); }

TEST(SessionEnds, when_the_peer_breaks_the_protocol) {
  const std::string why = make_error_code(errc::protocol_error).message();
  expect(text_frame("a") + frame(0xC1, "b"), {"text a", "failed " + why});
  expect(frame(0x83, ""), {"failed " + why});
  expect(text_frame("\xFF"), {"failed " + make_error_code(errc::invalid_utf8).message()});
}

TEST(SessionEnds, when_a_message_is_too_big) {
  expect(binary_frame("12345"), {"failed " + make_error_code(errc::message_too_big).message()},
         {.max_message_size = 4});
}

TEST(SessionOwes, an_echo_of_the_close_code) {
  const Options options;
  Session session = session_of(options);
  std::string wire = close_frame(1001, "bye");
  session.feed(std::as_writable_bytes(std::span{wire}), t0);
  std::optional<Inbound> inbound;
  const Step step = session.next(t0, false, inbound);
  ASSERT_EQ(step.kind, Step::Kind::closing);
  EXPECT_EQ(as_text(step.owed.payload), "\x03\xE9");
  EXPECT_EQ(session.why(), errc::disconnected);
  EXPECT_EQ(session.why().close()->reason, "bye");
}

TEST(SessionOwes, the_right_code_for_each_failure) {
  const std::pair<std::string, std::string> cases[] = {{frame(0x83, ""), "\x03\xEA"},
                                                       {text_frame("\xFF"), "\x03\xEF"},
                                                       {binary_frame(std::string(100, 'x')), "\x03\xF1"}};
  for (const auto& [wire, code] : cases) {
    const Options options{.max_message_size = 50};
    Session session = session_of(options);
    std::string copy = wire;
    session.feed(std::as_writable_bytes(std::span{copy}), t0);
    std::optional<Inbound> inbound;
    const Step step = session.next(t0, false, inbound);
    ASSERT_EQ(step.kind, Step::Kind::failed);
    EXPECT_EQ(as_text(step.owed.payload).substr(0, 2), code);
  }
}

}  // namespace
}  // namespace zenws::link

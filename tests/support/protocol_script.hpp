// A conversation as a script: what the Protocol reads, and what must come out after it and not before.
//
// Every script runs in both roles, unless of() names one: step by step, all at once, byte by byte, in two pieces cut at
// every position (which is also: ended at every position), and once more with the unread rest kept after every event.
#pragma once

#include <algorithm>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/frames.hpp"
#include "support/protocol_reader.hpp"

namespace zenws::test {

class Script {
 public:
  explicit Script(ws::Limits limits = {}, std::source_location where = std::source_location::current())
      : limits_(limits), where_(where) {}
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  ~Script() {
    for (const ws::Role role : roles_) run(role);
  }

  Script& of(ws::Role role) { return roles_ = {role}, *this; }
  Script& reads(Frame frame) {
    steps_.push_back({.frame = std::move(frame), .bytes = {}, .events = {}});
    return *this;
  }
  Script& reads_bytes(std::string bytes) {
    steps_.push_back({.frame = {}, .bytes = std::move(bytes), .events = {}});
    return *this;
  }

  Script& delivers_text(std::string_view payload) { return expects(text_line(payload)); }
  Script& delivers_binary(std::string_view payload) { return expects(binary_line(payload)); }
  Script& delivers_ping(std::string_view payload) { return expects(ping_line(payload)); }
  Script& delivers_pong(std::string_view payload) { return expects(pong_line(payload)); }
  Script& closes(unsigned code, std::string_view reason = {}) { return expects(close_line(code, reason)); }
  Script& fails(errc code) { return expects(failed_line(code)); }

 private:
  struct Step {
    std::optional<Frame> frame;
    std::string bytes;
    std::vector<std::string> events;
    [[nodiscard]] std::string wire(ws::Role role) const {
      return frame ? frame->bytes(role == ws::Role::server) : bytes;
    }
  };
  using Lines = std::vector<std::string>;

  Script& expects(std::string line) {
    steps_.back().events.push_back(std::move(line));
    return *this;
  }

  void run(ws::Role role) const {
    const ::testing::ScopedTrace trace(where_.file_name(), static_cast<int>(where_.line()),
                                       role == ws::Role::client ? "in the client's role" : "in the server's role");
    std::string wire;
    Lines expected;
    for (const Step& step : steps_) {
      wire += step.wire(role);
      expected.insert(expected.end(), step.events.begin(), step.events.end());
    }
    run_steps(role);
    for (const bool keeps : {false, true}) {
      for (const bool pads : {false, true}) {
        const ProtocolReader::Manner manner{.keeps = keeps, .pads = pads};
        EXPECT_EQ(in_chunks(role, wire, wire.size(), manner), expected) << "all at once";
        EXPECT_EQ(in_chunks(role, wire, 1, manner), expected) << "byte by byte";
      }
    }
    run_cut(role, wire, expected);
  }

  // Each step's events come with that step's last byte, or before; none waits for what follows.
  void run_steps(ws::Role role) const {
    ProtocolReader reader{role, limits_, {}};
    Lines expected;
    for (const Step& step : steps_) {
      reader.feed(step.wire(role));
      expected.insert(expected.end(), step.events.begin(), step.events.end());
      EXPECT_EQ(reader.events(), expected) << "step by step";
    }
  }

  [[nodiscard]] Lines in_chunks(ws::Role role, std::string_view wire, std::size_t size,
                                ProtocolReader::Manner manner) const {
    ProtocolReader reader{role, limits_, manner};
    for (std::size_t at = 0; at < wire.size(); at += size) reader.feed(wire.substr(at, size));
    return reader.events();
  }

  void run_cut(ws::Role role, std::string_view wire, const Lines& expected) const {
    const std::size_t stride = 1 + wire.size() / 500;
    for (std::size_t cut = 0; cut <= wire.size(); cut += stride) {
      ProtocolReader reader{role, limits_, {}};
      reader.feed(wire.substr(0, cut));
      ASSERT_LE(reader.events().size(), expected.size()) << "ended after " << cut << " bytes";
      EXPECT_TRUE(std::ranges::equal(reader.events(), std::span{expected}.first(reader.events().size())))
          << "ended after " << cut << " bytes";
      reader.feed(wire.substr(cut));
      EXPECT_EQ(reader.events(), expected) << "cut after " << cut << " bytes";
    }
  }

  ws::Limits limits_;
  std::source_location where_;
  std::vector<ws::Role> roles_{ws::Role::client, ws::Role::server};
  std::vector<Step> steps_;
};

}  // namespace zenws::test

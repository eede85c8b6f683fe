// Random conversations, fragmented and chunked at random, come out as they went in.
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/frames.hpp"
#include "support/protocol_reader.hpp"
#include "ws/protocol.hpp"

namespace zenws::ws {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the frames' words

class Conversation {
 public:
  Conversation(std::mt19937& random, bool to_server) : random_(random), to_server_(to_server) {
    for (int count = below(12); count >= 0; --count) add_message();
  }
  [[nodiscard]] const std::string& wire() const noexcept { return wire_; }
  [[nodiscard]] const std::vector<std::string>& events() const noexcept { return events_; }

 private:
  int below(int bound) { return std::uniform_int_distribution{0, bound - 1}(random_); }

  std::string payload(bool is_text) {
    const int size = below(20) == 0 ? below(300'000) : below(2) == 0 ? below(300) : below(8);
    std::string bytes;
    while (bytes.size() < static_cast<std::size_t>(size)) {
      if (is_text) {
        static constexpr std::string_view characters[] = {"a", "{", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                                          "\n"};
        bytes += characters[below(6)];
      } else {
        bytes.push_back(static_cast<char>(random_()));
      }
    }
    return bytes;
  }

  void add_message() {
    const bool is_text = below(3) != 0;
    const std::string whole = payload(is_text);
    std::string_view rest = whole;
    unsigned opcode = is_text ? 0x1 : 0x2;
    for (int fragments = below(3) == 0 ? below(5) : 0; fragments > 0; --fragments) {
      const auto size = static_cast<std::size_t>(below(static_cast<int>(rest.size()) + 1));
      add({.opcode = opcode, .payload = std::string{rest.substr(0, size)}, .fin = false});
      rest.remove_prefix(size);
      opcode = 0x0;
      if (below(3) == 0) add_control();
    }
    add({.opcode = opcode, .payload = std::string{rest}});
    events_.push_back(is_text ? text_line(whole) : binary_line(whole));
    if (below(4) == 0) add_control();
  }

  void add_control() {
    const std::string bytes = payload(false).substr(0, 125);
    const bool is_ping = below(2) == 0;
    add(is_ping ? ping(bytes) : pong(bytes));
    events_.push_back(is_ping ? ping_line(bytes) : pong_line(bytes));
  }

  void add(const Frame& frame) { wire_ += frame.bytes(to_server_); }

  std::mt19937& random_;
  bool to_server_;
  std::string wire_;
  std::vector<std::string> events_;
};

TEST(ProtocolProperty, what_goes_in_comes_out_however_it_is_cut_kept_and_read) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random{seed};
    const Role role = random() % 2 == 0 ? Role::client : Role::server;
    const Conversation conversation{random, role == Role::server};
    ProtocolReader reader{role,
                          {},
                          {.keeps = random() % 3 == 0,
                           .reads_directly = random() % 2 == 0,
                           .pads = random() % 2 == 0,
                           .stops_after = random() % 3 == 0 ? 1 + random() % 3 : 0}};
    std::string_view rest = conversation.wire();
    const std::size_t longest = random() % 2 == 0 ? 40 + rest.size() / 500 : 1 + random() % 200'000;
    while (!rest.empty()) {
      const std::size_t chunk = std::min<std::size_t>(rest.size(), 1 + random() % longest);
      reader.feed(rest.substr(0, chunk));
      rest.remove_prefix(chunk);
    }
    reader.finish();
    ASSERT_TRUE(reader.events() == conversation.events()) << "seed " << seed;
    EXPECT_EQ(reader.protocol().memory(), 0U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace zenws::ws

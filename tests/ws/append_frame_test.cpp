// What append_frame() writes is what the other role reads, for every boundary of the length.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "support/exact_bytes.hpp"
#include "support/frames.hpp"
#include "support/protocol_reader.hpp"
#include "ws/protocol.hpp"

namespace zenws::ws {
namespace {

using test::ExactBytes;

constexpr std::size_t sizes[] = {0,   1,   2,   3,   4,   5,   7,     8,     31,    32,    33,
                                 124, 125, 126, 127, 128, 200, 65534, 65535, 65536, 65537, 1U << 20U};

std::string appended(Role role, Opcode opcode, const std::string& payload) {
  Buffer out;
  append_frame(out, role, opcode, ExactBytes{payload}.bytes());
  return std::string{as_text(out.bytes())};
}

TEST(AppendFrame, is_read_by_the_other_role_at_every_boundary_of_the_length) {
  for (const Role role : {Role::client, Role::server}) {
    for (const std::size_t size : sizes) {
      const std::string payload(size, 'x');
      const std::string frame = appended(role, Opcode::text, payload);
      EXPECT_EQ(frame.size(), frame_size(role, size));
      test::ProtocolReader reader{role == Role::client ? Role::server : Role::client, {}, {}};
      reader.feed(frame);
      EXPECT_EQ(reader.events(), std::vector{test::text_line(payload)}) << size;
    }
  }
}

TEST(AppendFrame, writes_a_servers_frame_unmasked) {
  EXPECT_EQ(appended(Role::server, Opcode::binary, "abc"), test::binary("abc").bytes(false));
  EXPECT_EQ(appended(Role::server, Opcode::pong, ""), test::pong().bytes(false));
}

TEST(AppendFrame, masks_every_client_frame_with_a_fresh_key) {
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.insert(appended(Role::client, Opcode::text, "").substr(2));
  EXPECT_GT(keys.size(), 98U);
}

TEST(AppendFrame, appends_to_what_is_there) {
  Buffer out;
  out.append("before");
  for (int i = 0; i < 100; ++i) append_frame(out, Role::server, Opcode::text, std::as_bytes(std::span{"x", 1}));
  EXPECT_EQ(as_text(out.bytes()).substr(0, 12), "before\x81\x01x\x81\x01x");
  EXPECT_EQ(out.size(), 6U + 100 * 3);
}

}  // namespace
}  // namespace zenws::ws

// Close codes against the list of RFC 6455 §7.4, and payloads both ways.
#include "ws/close.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/exact_bytes.hpp"
#include "support/frames.hpp"

namespace zenws::ws {
namespace {

using test::ExactBytes;

Result<CloseReason> parsed(const std::string& payload) { return parse_close(ExactBytes{payload}.bytes()); }

bool is_listed(unsigned code) {
  switch (code) {
    case 1000:
    case 1001:
    case 1002:
    case 1003:
    case 1007:
    case 1008:
    case 1009:
    case 1010:
    case 1011:  // §7.4.1
    case 1012:
    case 1013:
    case 1014:  // IANA
      return true;
    default:
      return code >= 3000 && code <= 4999;  // §7.4.2
  }
}

TEST(CloseCode, may_be_on_the_wire_exactly_when_section_7_4_lists_it) {
  for (unsigned code = 0; code <= 65535; ++code) {
    EXPECT_EQ(may_be_on_the_wire(static_cast<std::uint16_t>(code)), is_listed(code)) << code;
  }
}

TEST(ParseClose, accepts_the_codes_listed_and_refuses_all_others) {
  for (unsigned code = 0; code <= 5001; ++code) {
    const auto reason = parsed(test::close(code, "why").payload);
    ASSERT_EQ(reason.has_value(), is_listed(code)) << code;
    if (reason) {
      EXPECT_EQ(*reason, (CloseReason{static_cast<std::uint16_t>(code), "why"}));
    } else {
      EXPECT_TRUE(reason.error() == errc::protocol_error);
      EXPECT_EQ(reason.error().phase(), Phase::open);
    }
  }
}

TEST(ParseClose, reads_an_empty_payload_as_1005) { EXPECT_EQ(parsed(""), (CloseReason{1005, ""})); }

TEST(ParseClose, refuses_half_a_code) { EXPECT_TRUE(parsed("\x03").error() == errc::protocol_error); }

TEST(ParseClose, refuses_a_reason_that_is_not_utf8) {
  EXPECT_TRUE(parsed(test::close(1000, "\xCE").payload).error() == errc::invalid_utf8);
}

TEST(ParseClose, takes_the_longest_reason) {
  const std::string reason(123, 'x');
  EXPECT_EQ(parsed(test::close(1000, reason).payload)->reason, reason);
}

TEST(ClosePayload, is_what_parse_close_reads) {
  const ClosePayload payload{1001, "going \xC3\xA4way"};
  EXPECT_EQ(parse_close(payload.bytes()), (CloseReason{1001, "going \xC3\xA4way"}));
}

TEST(ClosePayload, is_empty_for_1005) { EXPECT_TRUE((ClosePayload{1005, "unheard"}.bytes().empty())); }

TEST(ClosePayload, cuts_a_long_reason_at_a_character_boundary) {
  const std::string euros = [] {
    std::string text;
    for (int i = 0; i < 50; ++i) text += "\xE2\x82\xAC";
    return text;
  }();
  for (std::size_t shift = 0; shift < 3; ++shift) {
    const ClosePayload payload{1000, std::string(shift, 'x') + euros};
    const auto reason = parse_close(payload.bytes());
    ASSERT_TRUE(reason.has_value());
    EXPECT_GT(reason->reason.size(), 120U);
    EXPECT_LE(payload.bytes().size(), 125U);
  }
}

}  // namespace
}  // namespace zenws::ws

// Where a head ends and what its lists hold.
#include "ws/http_head.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/ignoring_case.hpp"
#include "support/exact_bytes.hpp"

namespace zenws::ws {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using HeadStatus = HeadCollector::Status;

TEST(HeadCollector, ends_at_the_empty_line_however_the_bytes_are_cut) {
  const std::string wire = "A\r\nB: c\r\n\r\nrest";
  const std::size_t end = wire.size() - 4;
  for (std::size_t cut = 0; cut < end; ++cut) {
    HeadCollector head;
    const test::ExactBytes first{wire.substr(0, cut)};
    const test::ExactBytes second{wire.substr(cut)};
    auto bytes = first.bytes();
    ASSERT_EQ(head.feed(bytes), HeadStatus::need_more);
    EXPECT_TRUE(bytes.empty());
    bytes = second.bytes();
    ASSERT_EQ(head.feed(bytes), HeadStatus::complete);
    EXPECT_EQ(head.text(), wire.substr(0, end));
    EXPECT_EQ(as_text(bytes), "rest");
  }
}

TEST(HeadCollector, has_a_limit_for_the_sum_of_all_heads) {
  const auto feed = [](HeadCollector& head, const std::string& text) {
    const test::ExactBytes block{text};
    auto bytes = block.bytes();
    return head.feed(bytes);
  };
  HeadCollector head;
  EXPECT_EQ(feed(head, std::string(max_head_size - 4, 'x') + "\r\n\r\n"), HeadStatus::complete);
  HeadCollector endless;
  EXPECT_EQ(feed(endless, std::string(max_head_size - 1, 'x')), HeadStatus::need_more);
  EXPECT_EQ(feed(endless, "x"), HeadStatus::too_large);
  HeadCollector two;
  EXPECT_EQ(feed(two, std::string(max_head_size - 100, 'x') + "\r\n\r\n"), HeadStatus::complete);
  two.restart();
  EXPECT_EQ(feed(two, std::string(100, 'x')), HeadStatus::too_large);
}

TEST(HttpFields, are_compared_ignoring_case) {
  EXPECT_TRUE(equal_ignoring_case("Sec-WebSocket-KEY", "sec-websocket-key"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));  // they differ in the bit that letters' case is
}

TEST(HttpFields, are_trimmed_of_blanks) {
  EXPECT_EQ(trimmed(" \t a b \t"), "a b");
  EXPECT_EQ(trimmed(" \t "), "");
}

TEST(HttpFields, hold_lists_over_several_lines) {
  const std::vector<Header> headers{{.name = "Connection", .value = "keep-alive , Upgrade"},
                                    {.name = "Other", .value = "x"},
                                    {.name = "connection", .value = ",,a,"},
                                    {.name = "CONNECTION", .value = ""}};
  EXPECT_THAT(elements_of(headers, "Connection"), ElementsAre("keep-alive", "Upgrade", "a"));
  EXPECT_THAT(values_of(headers, "other"), ElementsAre("x"));
  EXPECT_THAT(values_of(headers, "absent"), IsEmpty());
  EXPECT_TRUE(has_element(headers, "Connection", "UPGRADE"));
  EXPECT_FALSE(has_element(headers, "Connection", "keep"));
}

}  // namespace
}  // namespace zenws::ws

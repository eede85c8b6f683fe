// What a refusing server may ask for, and what of it is believed.
#include "policy/retry_after.hpp"

#include <gtest/gtest.h>

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// 1994-11-06 08:49:37 UTC, the date of RFC 9110's examples.
const std::chrono::system_clock::time_point now =
    std::chrono::sys_days{std::chrono::year{1994} / 11 / 6} + 8h + 49min + 37s;

std::optional<milliseconds> asked(int status, std::vector<Header> headers,
                                  std::chrono::system_clock::time_point at = now) {
  const Error refused{errc::upgrade_rejected, Phase::upgrade};
  return retry_after(refused.with_http({status, "", std::move(headers), ""}), at);
}
std::optional<milliseconds> asked(std::string value) { return asked(429, {{"Retry-After", std::move(value)}}); }

TEST(RetryAfter, understands_seconds_and_the_three_forms_of_a_date) {
  const std::pair<const char*, milliseconds> cases[] = {
      {"0", 0ms},
      {"1", 1s},
      {"007", 7s},
      {"86399", 86'399s},
      {"Sun, 06 Nov 1994 08:49:38 GMT", 1s},
      {"Sunday, 06-Nov-94 08:50:37 GMT", 60s},
      {"Sun Nov  6 08:49:39 1994", 2s},
      {"Mon, 07 Nov 1994 08:49:36 GMT", 86'399s},
  };
  for (const auto& [value, expected] : cases) EXPECT_EQ(asked(value), expected) << value;
}

TEST(RetryAfter, is_zero_for_what_has_passed) {
  for (const char* value :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:36 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT", "Sunday, 06-Nov-93 08:50:37 GMT"}) {
    EXPECT_EQ(asked(value), 0ms) << value;
  }
}

TEST(RetryAfter, is_never_longer_than_a_day) {
  for (const char* value :
       {"86400", "86401", "4294967295", "4294967296", "99999999999999999999999", "Sat, 06 Nov 2094 08:49:37 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 07 Nov 1994 08:49:38 GMT"}) {
    EXPECT_EQ(asked(value), 24h) << value;
  }
}

TEST(RetryAfter, is_not_believed_when_it_is_not_understood) {
  for (const char* value :
       {"", "-1", "+1", "1.5", "1 s", "0x10", "soon", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49 GMT",
        "Sun Nov  6 08:49:37", "Sun, 06 Nov 1994 08:49:37", "06 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT, 5", "Sun, 06 Nov 1994 08:49:37 CET"}) {
    EXPECT_EQ(asked(value), std::nullopt) << value;
  }
}

TEST(RetryAfter, reads_a_year_of_two_digits_as_the_nearest_that_is_not_fifty_years_ahead) {
  const auto in_2026 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
  const auto at = [&](const char* value) { return asked(503, {{"Retry-After", value}}, in_2026); };
  EXPECT_EQ(at("Thursday, 01-Jan-26 00:00:01 GMT"), 1s);
  EXPECT_EQ(at("Wednesday, 01-Jan-76 00:00:00 GMT"), 24h);
  EXPECT_EQ(at("Saturday, 01-Jan-77 00:00:00 GMT"), 0ms);
}

TEST(RetryAfter, counts_only_with_429_and_503) {
  for (const int status : {429, 503}) EXPECT_EQ(asked(status, {{"retry-AFTER", "5"}}), 5s) << status;
  for (const int status : {301, 401, 404, 500, 502}) EXPECT_EQ(asked(status, {{"Retry-After", "5"}}), std::nullopt);
  EXPECT_EQ(asked(429, {{"Retry-Afte", "5"}, {"X-Retry-After", "5"}}), std::nullopt);
  EXPECT_EQ(retry_after(Error{errc::timeout}, now), std::nullopt);
}

TEST(RetryAfter, rounds_up_so_that_nobody_comes_too_early) {
  EXPECT_EQ(asked(429, {{"Retry-After", "Sun, 06 Nov 1994 08:49:38 GMT"}}, now + 1us), 1000ms);
}

}  // namespace
}  // namespace zenws::policy

#include "policy/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string>
#include <string_view>

#include "base/ignoring_case.hpp"

namespace zenws::policy {

namespace {

using std::chrono::milliseconds;
using WallTime = std::chrono::system_clock::time_point;

bool is_retry_after(const Header& header) { return equal_ignoring_case(header.name, "retry-after"); }

std::optional<milliseconds> seconds(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return longest_retry_after;
  return std::chrono::seconds{value};
}

// The date in that form, and no more.
std::optional<std::tm> date_in(const std::string& text, const char* form) {
  constexpr int unset = -10'000;  // get_time() is content when a text ends before its form does
  std::istringstream in{text};
  in.imbue(std::locale::classic());
  std::tm date{};
  date.tm_year = date.tm_sec = unset;
  in >> std::get_time(&date, form);
  const bool has_end = !in.fail() && in.peek() == std::istringstream::traits_type::eof();
  if (!has_end || date.tm_year == unset || date.tm_sec == unset) return std::nullopt;
  return date;
}

// §5.6.7: a two-digit year that appears to be more than 50 years in the future is the most recent past year with the
// same last two digits.
int in_its_century(int two_digits, std::chrono::sys_seconds now) {
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  const int this_year = static_cast<int>(today.year());
  const int year = this_year - this_year % 100 + two_digits;
  return year > this_year + 50 ? year - 100 : year;
}

std::optional<std::tm> date_of_any_form(const std::string& text, std::chrono::sys_seconds now) {
  constexpr std::string_view zone = " GMT";
  if (!text.ends_with(zone)) return date_in(text, "%a %b %d %H:%M:%S %Y");  // asctime()
  const std::string local = text.substr(0, text.size() - zone.size());
  if (auto date = date_in(local, "%a, %d %b %Y %H:%M:%S")) return date;  // IMF-fixdate
  auto date = date_in(local, "%A, %d-%b-%y %H:%M:%S");                   // RFC 850
  if (date) date->tm_year = in_its_century((date->tm_year + 1900) % 100, now) - 1900;
  return date;
}

// Whole seconds: those of any year fit.
std::optional<std::chrono::sys_seconds> http_date(const std::string& text, std::chrono::sys_seconds now) {
  const auto date = date_of_any_form(text, now);
  if (!date) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year{date->tm_year + 1900},
                                        std::chrono::month{static_cast<unsigned>(date->tm_mon) + 1},
                                        std::chrono::day{static_cast<unsigned>(date->tm_mday)}};
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days{day} + std::chrono::hours{date->tm_hour} + std::chrono::minutes{date->tm_min} +
         std::chrono::seconds{date->tm_sec};
}

std::optional<milliseconds> until_date(const std::string& text, WallTime now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  const auto date = http_date(text, second);
  if (!date) return std::nullopt;
  const bool is_near = *date > second && *date - second <= longest_retry_after;
  return is_near ? std::chrono::ceil<milliseconds>(*date - now) : *date - second;
}

}  // namespace

std::optional<milliseconds> retry_after(const Error& error, WallTime now) {
  const HttpResponse* const answer = error.http();
  if (answer == nullptr || (answer->status != 429 && answer->status != 503)) return std::nullopt;
  const auto header = std::ranges::find_if(answer->headers, is_retry_after);
  if (header == answer->headers.end()) return std::nullopt;
  std::optional<milliseconds> wait = seconds(header->value);
  if (!wait) wait = until_date(header->value, now);
  if (!wait) return std::nullopt;
  return std::clamp<milliseconds>(*wait, milliseconds{0}, longest_retry_after);
}

}  // namespace zenws::policy

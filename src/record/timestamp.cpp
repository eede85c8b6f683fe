#include "record/timestamp.hpp"

#include <cstdint>
#include <cstring>

namespace zenws::record {

namespace {

using namespace std::chrono;

constexpr std::string_view form = "0000-00-00T00:00:00.000000Z";
constexpr std::size_t second_ends = 19;

void put(char* to, std::size_t digits, std::uint64_t value) noexcept {
  for (std::size_t i = digits; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// The number of `digits` digits at `at`; the caller has seen that they are digits.
unsigned number(std::string_view text, std::size_t at, std::size_t digits) noexcept {
  unsigned value = 0;
  for (const char c : text.substr(at, digits)) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

bool has_form(std::string_view text) noexcept {
  if (text.size() <= second_ends) return false;
  for (std::size_t i = 0; i < second_ends; ++i) {
    if (form[i] == '0' ? !is_digit(text[i]) : text[i] != form[i]) return false;
  }
  return text.back() == 'Z';
}

// What is between the second and the Z: nothing, or a point and digits.
std::optional<microseconds> parse_fraction(std::string_view text) noexcept {
  if (text.empty()) return microseconds{0};
  if (text.front() != '.' || text.size() == 1) return std::nullopt;
  std::int64_t value = 0;
  std::int64_t unit = 100'000;
  for (const char c : text.substr(1)) {
    if (!is_digit(c)) return std::nullopt;
    value += (c - '0') * unit;
    unit /= 10;
  }
  return microseconds{value};
}

}  // namespace

std::string_view Timestamp::text(RecordedTime time) noexcept {
  if (time != time_) {
    const auto second = floor<seconds>(time);
    if (time_ == RecordedTime::max() || second != floor<seconds>(time_)) begin_second(second);
    put(&text_[second_ends + 1], 6, static_cast<std::uint64_t>((time - second).count()));
    time_ = time;
  }
  return {text_.data(), text_.size()};
}

void Timestamp::begin_second(sys_seconds second) noexcept {
  const auto day = floor<days>(second);
  const year_month_day date{day};
  const auto of_day = static_cast<std::uint64_t>((second - day).count());
  std::memcpy(text_.data(), form.data(), form.size());
  put(&text_[0], 4, static_cast<std::uint64_t>(static_cast<int>(date.year())));
  put(&text_[5], 2, static_cast<unsigned>(date.month()));
  put(&text_[8], 2, static_cast<unsigned>(date.day()));
  put(&text_[11], 2, of_day / 3600);
  put(&text_[14], 2, of_day / 60 % 60);
  put(&text_[17], 2, of_day % 60);
}

std::optional<RecordedTime> parse_timestamp(std::string_view text) noexcept {
  if (!has_form(text)) return std::nullopt;
  const year_month_day date{year{static_cast<int>(number(text, 0, 4))}, month{number(text, 5, 2)},
                            day{number(text, 8, 2)}};
  const unsigned hour = number(text, 11, 2);
  const unsigned minute = number(text, 14, 2);
  const unsigned second = number(text, 17, 2);
  const auto fraction = parse_fraction(text.substr(second_ends, text.size() - second_ends - 1));
  if (!date.ok() || hour > 23 || minute > 59 || second > 60 || !fraction) return std::nullopt;
  return sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + *fraction;
}

}  // namespace zenws::record

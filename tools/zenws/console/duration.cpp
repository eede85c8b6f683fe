#include "console/duration.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr Milliseconds longest = 24h * 365;

std::optional<Milliseconds> unit_of(std::string_view name) {
  if (name == "ms") return 1ms;
  if (name == "s") return 1s;
  if (name == "m") return 1min;
  if (name == "h") return 1h;
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  double number = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [rest, failure] = std::from_chars(begin, end, number, std::chars_format::fixed);
  if (failure != std::errc{} || std::signbit(number)) return std::nullopt;
  const auto unit = unit_of({rest, end});
  if (!unit) return std::nullopt;
  const Milliseconds total = number * *unit;
  if (!(total <= longest)) return std::nullopt;  // also what is not a number
  return std::chrono::round<std::chrono::milliseconds>(total);
}

std::string show_duration(std::chrono::nanoseconds time) {
  const auto microseconds = std::chrono::duration<double, std::micro>{time}.count();
  if (microseconds < 999.5) return fmt::format("{:.0f} µs", microseconds);
  if (microseconds < 999'500) return fmt::format("{:.3g} ms", microseconds / 1e3);
  return fmt::format("{:.2f} s", microseconds / 1e6);
}

}  // namespace zenws::program

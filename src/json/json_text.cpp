#include <array>
#include <charconv>
#include <cmath>

#include <zenws/json_text.hpp>

#include "json/write.hpp"

namespace zenws::json {

namespace {

template <class Number>
void append_digits(std::string& out, Number number) {
  std::array<char, 32> digits;  // the longest double has 24
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), written.ptr);
}

// RFC 8259 §6: numbers that are none cannot be written.
template <class Number>
void append_floating(std::string& out, Number number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  append_digits(out, number);
}

}  // namespace

void Append::text(std::string& out, std::string_view text) { append_string(out, text); }
void Append::number(std::string& out, std::int64_t number) { append_digits(out, number); }
void Append::number(std::string& out, std::uint64_t number) { append_digits(out, number); }
void Append::number(std::string& out, double number) { append_floating(out, number); }
void Append::number(std::string& out, float number) { append_floating(out, number); }

void Object::begin(std::string_view name) {
  if (written_.size() > 1) written_ += ',';
  append_string(written_, name);
  written_ += ':';
}

void Array::begin() {
  if (written_.size() > 1) written_ += ',';
}

}  // namespace zenws::json

/// \file
/// Writing JSON: requests, and whatever else is sent. Brings in no JSON library. See <zenws/json.hpp> for reading it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>

namespace zenws::json {

/// JSON that is text already: written as it is, unchecked.
struct Raw {
  std::string_view text;  ///< One JSON value.
};

/// For the library's own use: append one value as JSON.
struct Append {
  /// As a string. What is not UTF-8 becomes U+FFFD.
  static void text(std::string& out, std::string_view text);
  /// As a number.
  static void number(std::string& out, std::int64_t number);
  /// As a number.
  static void number(std::string& out, std::uint64_t number);
  /// As the shortest number that reads back as the same; `null` for what JSON does not have: NaN and infinities.
  static void number(std::string& out, double number);
  /// The same.
  static void number(std::string& out, float number);
  /// As what its type says, see Object.
  template <class T>
  static void value(std::string& out, const T& value);
};

/// A JSON object, written member by member: `Object{}.add("market", market).add("size", 1.5).text()`.
///
/// A member's value is a text, a number, a bool, nullptr, an Object, an Array, a Raw, or a range of these, which
/// becomes an array. Integers are written with all their digits, floating-point numbers with the fewest that read back
/// as the same, NaN and infinities as null, texts with what JSON wants escaped; what is not UTF-8 in them becomes
/// U+FFFD. Nothing else compiles: neither a char, which is a number and a letter, nor an enumerator.
///
/// Cost: one string that grows. Threads: as a std::string.
class Object {
 public:
  /// Adds a member. Whether it is there already is not looked at.
  template <class T>
  Object& add(std::string_view name, const T& value) {
    begin(name);
    Append::value(written_, value);
    return *this;
  }
  /// The object as JSON. More may be added later.
  [[nodiscard]] std::string text() const { return written_ + '}'; }

 private:
  void begin(std::string_view name);
  std::string written_ = "{";
};

/// A JSON array, written element by element: `Array{}.add("BTC").add(2).text()`.
///
/// An element is whatever a member of an Object may be. For elements of one type, a range is enough.
class Array {
 public:
  /// Adds an element.
  template <class T>
  Array& add(const T& value) {
    begin();
    Append::value(written_, value);
    return *this;
  }
  /// Adds each element of a range.
  template <class Range>
    requires requires(const Range& range) { std::begin(range) != std::end(range); }
  Array& add_each(const Range& range) {
    for (const auto& element : range) {
      static_assert(!std::same_as<std::remove_cvref_t<decltype(element)>, Range>,
                    "zenws: a range of itself, as a path");
      add(element);
    }
    return *this;
  }
  /// The array as JSON. More may be added later.
  [[nodiscard]] std::string text() const { return written_ + ']'; }

 private:
  void begin();
  std::string written_ = "[";
};

template <class T>
void Append::value(std::string& out, const T& value) {
  constexpr bool is_letter = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                             std::same_as<T, char16_t> || std::same_as<T, char32_t>;
  if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::same_as<T, std::nullptr_t>) {
    out += "null";
  } else if constexpr (std::signed_integral<T> && !is_letter) {
    number(out, std::int64_t{value});
  } else if constexpr (std::unsigned_integral<T> && !is_letter) {
    number(out, std::uint64_t{value});
  } else if constexpr (std::same_as<T, double> || std::same_as<T, float>) {
    number(out, value);
  } else if constexpr (std::same_as<T, Object> || std::same_as<T, Array>) {
    out += value.text();
  } else if constexpr (std::same_as<T, Raw>) {
    out += value.text;
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    text(out, value);
  } else if constexpr (requires { Array{}.add_each(value); }) {
    out += Array{}.add_each(value).text();
  } else {
    static_assert(sizeof(T) == 0,
                  "zenws: JSON is written from text, numbers, bool, nullptr, Object, Array, Raw and ranges of these");
  }
}

}  // namespace zenws::json

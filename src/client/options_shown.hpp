// How the value of an option is shown to people: no secret is in it.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include <zenws/options.hpp>

namespace zenws::client {

template <class T>
std::string shown(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return std::string{to_string(value)};
  } else {
    return fmt::format("{}", value);
  }
}
[[nodiscard]] std::string shown(const std::chrono::milliseconds& value);
[[nodiscard]] std::string shown(const std::vector<Header>& value);
[[nodiscard]] std::string shown(const Heartbeat& value);
[[nodiscard]] std::string shown(const RecordOptions& value);
[[nodiscard]] std::string shown(const TlsOptions& value);
[[nodiscard]] std::string shown(const Compression& value);
[[nodiscard]] std::string shown(const std::vector<Label>& value);

// A function, a pointer.
template <class T>
std::string given(const T& value, std::string_view otherwise) {
  return std::string{value ? std::string_view{"given"} : otherwise};
}
template <class T>
std::string given(const T& value) {
  return given(value, "none");
}

[[nodiscard]] std::string shown_count(const int& value);
[[nodiscard]] std::string shown_name_of_client(const std::string& name);
[[nodiscard]] std::string shown_file(const std::string& path);
[[nodiscard]] std::string shown_hidden(const std::vector<std::string>& texts);

}  // namespace zenws::client

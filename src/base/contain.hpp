// Where what the user's functions throw ends.
#pragma once

#include <exception>
#include <expected>
#include <string>
#include <type_traits>

namespace zenws {

// What a function of the user's has thrown instead of giving a result.
struct Thrown {
  std::string what;
};

// Calls a function of the user's: its result, or what it threw.
template <class F>
[[nodiscard]] std::expected<std::invoke_result_t<F&>, Thrown> contained(F&& call) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
      call();
      return {};
    } else {
      return call();
    }
  } catch (const std::exception& exception) {
    return std::unexpected{Thrown{exception.what()}};
  } catch (...) {
    return std::unexpected{Thrown{"not a std::exception"}};
  }
}

}  // namespace zenws

// Where what the user's functions throw ends.
#pragma once

#include <exception>
#include <optional>
#include <string>

namespace zenws {

// Calls it. nullopt: it threw nothing.
template <class F>
[[nodiscard]] std::optional<std::string> text_of_what_it_throws(F&& call) {
  try {
    call();
    return std::nullopt;
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "not a std::exception";
  }
}

}  // namespace zenws

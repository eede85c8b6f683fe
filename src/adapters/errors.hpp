// Errors that all adapters tell alike.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <zenws/error.hpp>

namespace zenws::adapters {

[[nodiscard]] inline std::unexpected<Error> invalid_config(std::string why) {
  return std::unexpected{Error{errc::invalid_config, Phase::config, std::move(why)}};
}
[[nodiscard]] inline std::unexpected<Error> not_the_answer(std::string_view what) {
  return std::unexpected{Error{errc::protocol_error, Phase::open, "an answer without " + std::string{what}}};
}
[[nodiscard]] inline Error too_deep(std::size_t most_levels) {
  return Error{errc::protocol_error, Phase::open,
               "the book has more prices on one side than most_levels, " + std::to_string(most_levels)};
}

}  // namespace zenws::adapters

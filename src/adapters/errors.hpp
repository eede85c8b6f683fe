// Errors that all adapters tell alike.
#pragma once

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

}  // namespace zenws::adapters

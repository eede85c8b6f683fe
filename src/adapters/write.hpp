// Writes parameters. Text that is not UTF-8 is written with replacement characters: a venue then refuses the name.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace zenws::adapters {

[[nodiscard]] inline std::string write(const nlohmann::json& params) {
  return params.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace zenws::adapters

// The rows for people, and for programs.
#pragma once

#include <string>
#include <vector>

#include "measure.hpp"

namespace bench {

[[nodiscard]] std::string table(const std::vector<Row>& rows);
[[nodiscard]] std::string json(const std::vector<Row>& rows);

}  // namespace bench

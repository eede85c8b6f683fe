// Who is measured against whom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "measure.hpp"

namespace bench {

struct Settings {
  std::uint16_t port = 0;
  std::optional<std::uint64_t> messages = std::nullopt;  // a run; by default each contest has its own number
  std::size_t size = 200;
};

// The contest of that name, or with "all" every one.
[[nodiscard]] std::vector<Contest> contests(std::string_view name, const Settings& settings);

}  // namespace bench

// A recording's times as text: 2026-11-26T11:05:09.123456Z (ISO 8601, UTC, microseconds).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <zenws/recorder.hpp>

#include "base/buffer.hpp"

namespace zenws::record {

// Requires: a year of four digits.
void append_timestamp(Buffer& out, RecordedTime time);
// Takes any number of digits behind the second, also none. nullopt: not of this form, or no such time.
[[nodiscard]] std::optional<RecordedTime> parse_timestamp(std::string_view text) noexcept;

}  // namespace zenws::record

// What is recorded, before it is text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <zenws/recorder.hpp>

#include "base/clock.hpp"

namespace zenws::record {

using Direction = RecordedEntry::Direction;
using Type = RecordedEntry::Type;

struct Frame {
  TimePoint at = {};
  Direction dir = Direction::in;
  Type type = Type::text;
  std::uint64_t epoch = 0;
  std::span<const std::byte> payload = {};  // as on the wire; of an event JSON text
};

}  // namespace zenws::record

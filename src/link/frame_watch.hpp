// Who is told of every frame of a client: its recording, and with Options::debug the logger.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include <zenws/error.hpp>

#include "base/clock.hpp"
#include "record/recording.hpp"

namespace zenws::link {

// Null wherever it is asked for: nobody is told, and a message costs nothing for it.
class FrameWatch {
 public:
  // Gets a line for the logger: of what comes on the loop, of what goes on any thread and under the outbox's mutex.
  using Say = std::function<void(record::Direction dir, std::string line)>;

  // `recording` may be null, `say` empty.
  FrameWatch(record::Recording* recording, Say say) noexcept : recording_{recording}, say_{std::move(say)} {}

  // Any thread.
  void add(TimePoint at, std::uint64_t epoch, record::Direction dir, record::Type type,
           std::span<const std::byte> payload) const;
  // The loop's thread.
  void protocol_error(TimePoint at, std::uint64_t epoch, const Error& error) const;

 private:
  [[nodiscard]] bool speaks() const noexcept;

  record::Recording* const recording_;
  const Say say_;
};

}  // namespace zenws::link

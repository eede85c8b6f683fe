#include "link/frame_watch.hpp"

#include <string_view>

#include <fmt/format.h>

#include "base/logger.hpp"
#include "ws/close.hpp"
#include "ws/words.hpp"

namespace zenws::link {

namespace {

// RFC 6455 §5.5.1 and §7.4.1.
std::uint16_t close_code_of(std::span<const std::byte> payload) noexcept {
  return payload.size() < 2 ? ws::close_code::no_status : ws::load_big_endian<std::uint16_t>(payload.data());
}

// Kind and size, nothing of what is in it.
std::string line_of(std::uint64_t epoch, record::Direction dir, record::Type type, std::span<const std::byte> payload) {
  const std::string code = type == record::Type::close ? fmt::format(" {}", close_code_of(payload)) : "";
  return fmt::format("connection {}: {}, {}{}, {} bytes", epoch, zenws::to_string(dir), zenws::to_string(type), code,
                     payload.size());
}

}  // namespace

bool FrameWatch::speaks() const noexcept { return say_ && has_logger(); }

void FrameWatch::add(TimePoint at, std::uint64_t epoch, record::Direction dir, record::Type type,
                     std::span<const std::byte> payload) const {
  if (recording_ != nullptr) recording_->add(at, epoch, dir, type, payload);
  if (speaks()) say_(dir, line_of(epoch, dir, type, payload));
}

void FrameWatch::protocol_error(TimePoint at, std::uint64_t epoch, const Error& error) const {
  if (recording_ != nullptr) recording_->protocol_error(at, epoch, error);
  if (speaks()) say_(record::Direction::in, fmt::format("connection {}: in, {}", epoch, zenws::to_string(error)));
}

}  // namespace zenws::link

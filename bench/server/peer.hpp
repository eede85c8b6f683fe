// One client of the neutral server: its upgrade, its work, and the bytes it is owed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "server/stream.hpp"
#include "server/work.hpp"
#include "wire.hpp"

namespace bench {

class Peer {
 public:
  // `serial` tells it from an earlier one with the same descriptor.
  Peer(Stream stream, std::uint64_t serial) noexcept : stream_{std::move(stream)}, serial_{serial} {}

  [[nodiscard]] int number() const noexcept { return stream_.number(); }
  [[nodiscard]] std::uint64_t serial() const noexcept { return serial_; }
  // Reads and answers. False when the client is done with.
  [[nodiscard]] bool on_readable();
  // Writes until the socket takes no more. False when the client is done with.
  [[nodiscard]] bool on_writable();
  // Sends a tick. False when the client is done with.
  [[nodiscard]] bool tick();
  // True when there is more to write than the socket took.
  [[nodiscard]] bool is_blocked() const noexcept { return blocked_; }

  [[nodiscard]] bool is_open() const noexcept { return open_; }
  [[nodiscard]] Mode mode() const noexcept { return work_.mode; }
  // The client has said something.
  [[nodiscard]] bool has_begun() const noexcept { return begun_; }

 private:
  void received(std::span<std::byte> bytes);
  void upgrade(std::span<const std::byte> piece);
  void on_frame(const FrameHeader& header, std::span<std::byte> payload);
  void on_message(std::span<const std::byte> payload);
  void count_message();
  void ask_for_batch();
  void begin_flood();
  void reply(std::span<const std::byte> request);
  bool write_owed();
  bool write_flood();
  std::size_t write(std::span<const std::byte> bytes);

  Stream stream_;
  std::uint64_t serial_;
  std::vector<std::byte> rest_;  // received, and not yet a whole frame
  std::string request_;          // until the upgrade is done
  bool open_ = false;
  bool closing_ = false;
  bool blocked_ = false;
  Work work_;
  bool begun_ = false;           // the client has said what begins a flood or a sink's asking
  std::uint64_t counted_ = 0;    // sink
  std::uint64_t asked_for_ = 0;  // sink: messages asked for
  std::vector<std::byte> owed_;
  std::size_t owed_at_ = 0;
  std::shared_ptr<const std::vector<std::byte>> flood_;  // many whole frames, written again and again
  std::size_t flood_at_ = 0;
  std::uint64_t flood_left_ = 0;  // bytes
};

}  // namespace bench

// One client of the neutral server: its upgrade, its work, and the bytes it is owed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/work.hpp"
#include "wire.hpp"

namespace bench {

class Peer {
 public:
  // Takes a non-blocking socket.
  explicit Peer(Descriptor socket) noexcept : socket_{std::move(socket)} {}

  [[nodiscard]] int number() const noexcept { return socket_.number(); }
  // Reads once and answers. False when the client is done with.
  [[nodiscard]] bool on_readable();
  // Writes until the socket takes no more. False when the client is done with.
  [[nodiscard]] bool on_writable();
  // True when there is more to write than the socket took.
  [[nodiscard]] bool is_blocked() const noexcept { return blocked_; }

 private:
  void upgrade(std::span<const std::byte> piece);
  void on_frame(const FrameHeader& header, std::span<std::byte> payload);
  void on_message(std::span<const std::byte> payload);
  void count_message();
  void ask_for_batch();
  void begin_flood();
  bool write_owed();
  bool write_flood();
  std::size_t write(std::span<const std::byte> bytes);

  Descriptor socket_;
  ReceiveBuffer received_;
  std::string request_;  // until the upgrade is done
  bool open_ = false;
  bool closing_ = false;
  bool blocked_ = false;
  Work work_;
  bool begun_ = false;           // the client has said what begins a flood or a sink's asking
  std::uint64_t counted_ = 0;    // sink
  std::uint64_t asked_for_ = 0;  // sink: messages asked for
  std::vector<std::byte> owed_;
  std::size_t owed_at_ = 0;
  std::vector<std::byte> flood_;  // many whole frames, written again and again
  std::size_t flood_at_ = 0;
  std::uint64_t flood_left_ = 0;  // bytes
};

}  // namespace bench

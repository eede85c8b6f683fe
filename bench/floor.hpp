// The floor: bare sockets doing the least that a correct WebSocket client must do on the wire.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bare.hpp"
#include "measure.hpp"

namespace bench {

// What every contender of a contest is given.
struct Task {
  Place place;
  std::uint64_t messages;
  std::size_t size;
};

// Blocking 256 KiB receives; walks the frame headers and counts the messages. Does not look at the text.
[[nodiscard]] Sample floor_receive(const Task& task);
// Builds masked frames, keys from a xorshift, in a 64 KiB buffer; one blocking send whenever it is full.
[[nodiscard]] Sample floor_send(const Task& task);
// One message in flight: builds a masked frame, send, epoll_wait, recv, walks the header.
// Over TLS each does the same by SSL_read and SSL_write.
[[nodiscard]] Sample floor_echo(const Task& task);

}  // namespace bench

// Transports used the blocking way: each transfer is repeated until it is done, waiting in between by poll(2).
#pragma once

#include <chrono>
#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <vector>

#include "net/tcp_transport.hpp"
#include "net/test_loop.hpp"
#include "net/tls_context.hpp"
#include "net/tls_transport.hpp"

namespace zenws::net::tests {

// Both ends of one TCP connection.
struct TransportPair {
  TestLoop on;
  std::pair<Socket, Socket> pair = connected_pair(on.io);
  std::unique_ptr<Transport> near_owned = adopt(*on.loop, std::move(pair.first));
  std::unique_ptr<Transport> far_owned = adopt(*on.loop, std::move(pair.second));
  Transport& near = *near_owned;
  Transport& far = *far_owned;
};

// False when patience ended first.
inline bool wait_for(Transport& transport, Transfer::Status what) {
  const short events = what == Transfer::Status::want_write ? POLLOUT : POLLIN;
  pollfd ready{.fd = transport.descriptor(), .events = events, .revents = 0};
  return ::poll(&ready, 1, static_cast<int>(std::chrono::milliseconds{patience}.count())) == 1;
}

inline bool is_blocked(const Transfer& done) {
  return done.status == Transfer::Status::want_read || done.status == Transfer::Status::want_write;
}

// Reads as a loop does: waits only where waiting is right. Gives what ended it: `ok` when `size` bytes came.
struct Read {
  std::string text;
  Transfer last;
};
inline Read read(Transport& transport, std::size_t size, std::size_t piece_size = std::size_t{256} << 10U) {
  Read result;
  std::vector<std::byte> piece(piece_size);
  while (result.text.size() < size) {
    const auto into = std::span{piece}.first(std::min(piece.size(), size - result.text.size()));
    result.last = transport.read_some(into);
    if (result.last.status == Transfer::Status::ok) {
      result.text += text_of(into.first(result.last.bytes));
      if (!result.last.more && !wait_for(transport, Transfer::Status::want_read)) break;
    } else if (!is_blocked(result.last) || (!result.last.more && !wait_for(transport, result.last.status))) {
      break;
    }
  }
  return result;
}
// Until the stream ends.
inline Read read_to_end(Transport& transport, std::size_t piece_size = std::size_t{256} << 10U) {
  return read(transport, std::size_t{1} << 40U, piece_size);
}

// What ended it: `ok` when all was written.
inline Transfer write(Transport& transport, std::string_view text) {
  auto rest = bytes_of(text);
  Transfer last;
  while (!rest.empty()) {
    last = transport.write_some(rest);
    if (last.status == Transfer::Status::ok) {
      rest = rest.subspan(last.bytes);
    } else if (!is_blocked(last) || !wait_for(transport, last.status)) {
      break;
    }
  }
  return last;
}

// TLS to 127.0.0.1, before its handshake.
inline Result<std::unique_ptr<TlsTransport>> open_tls(TestLoop& on, std::uint16_t port, const TlsOptions& options,
                                                      const std::string& host = "localhost") {
  Socket socket{on.io};
  socket.connect({boost::asio::ip::address_v4::loopback(), port});
  auto context = TlsContext::make(options);
  if (!context) return std::unexpected{context.error()};
  return TlsTransport::make(adopt(*on.loop, std::move(socket)), *std::move(context), host);
}

inline Transfer shake_hands(TlsTransport& transport) {
  for (;;) {
    const Transfer step = transport.handshake();
    if (!is_blocked(step) || !wait_for(transport, step.status)) return step;
  }
}

// With the handshake done, or its error.
inline Result<std::unique_ptr<TlsTransport>> connect_tls(TestLoop& on, std::uint16_t port, const TlsOptions& options,
                                                         const std::string& host = "localhost") {
  auto stream = open_tls(on, port, options, host);
  if (!stream) return stream;
  const Transfer done = shake_hands(**stream);
  if (done.status != Transfer::Status::ok) {
    auto error = (*stream)->handshake_error(done);
    (*stream)->close(false);
    return std::unexpected{std::move(error)};
  }
  return stream;
}

}  // namespace zenws::net::tests

// The bytes of one accepted connection, plain or TLS; nobody above knows which.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <system_error>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "net/loop.hpp"

namespace zenws::testing {

// Threads: the loop's only. At most one read and one write at a time. Every callback must keep the channel alive; after
// close() they come with an error, or are destroyed with the loop.
class Channel {
 public:
  using Done = std::move_only_function<void(std::error_code)>;
  // The bytes live until the callback returns; ws::text_padding readable bytes are behind them.
  using Read = std::move_only_function<void(std::error_code, std::span<std::byte>)>;

  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  virtual void async_handshake(Done done) = 0;
  // The end of the stream is an error too.
  virtual void async_read(Read read) = 0;
  // All of them. Lifetime: the bytes stay until `done` is called.
  virtual void async_write(std::span<const std::byte> bytes, Done done) = 0;
  // Says that nothing follows, then throws away what still comes until the peer has ended too (RFC 6455 §7.1.1: the
  // server ends TCP first, and closing with unread bytes would be a reset that overtakes the close frame).
  // Requires: no read and no write is going on.
  virtual void async_finish(Done done) = 0;
  // At once; `reset` sends RST instead of FIN.
  void close(bool reset) noexcept;

 protected:
  Channel() = default;
  [[nodiscard]] virtual boost::asio::ip::tcp::socket& socket() noexcept = 0;
  void end_output_and_drain(Done done);

 private:
  void drain(Done done);
};

// The loop outlives the channel.
[[nodiscard]] std::unique_ptr<Channel> make_plain_channel(net::Loop& loop, boost::asio::ip::tcp::socket socket);
[[nodiscard]] std::unique_ptr<Channel> make_tls_channel(boost::asio::ip::tcp::socket socket,
                                                        boost::asio::ssl::context& context);

}  // namespace zenws::testing

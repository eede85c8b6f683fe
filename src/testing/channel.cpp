// Both kinds of channel, on Asio.
#include "testing/channel.hpp"

#include <array>
#include <utility>

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "ws/protocol.hpp"

namespace zenws::testing {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

void Channel::close(bool reset) noexcept {
  error_code ignored;
  if (reset) socket().set_option(asio::socket_base::linger{true, 0}, ignored);
  socket().close(ignored);
}

void Channel::end_output_and_drain(Done done) {
  error_code ignored;
  socket().shutdown(tcp::socket::shutdown_send, ignored);
  drain(std::move(done));
}

void Channel::drain(Done done) {
  socket().async_wait(tcp::socket::wait_read, [this, done = std::move(done)](error_code failure) mutable {
    std::array<std::byte, 16384> thrown_away;  // NOLINT(cppcoreguidelines-pro-type-member-init): only written
    if (!failure) socket().read_some(asio::buffer(thrown_away), failure);
    if (failure && failure != asio::error::would_block) return done(failure);
    drain(std::move(done));
  });
}

namespace {

// Reads into the loop's one buffer: waits until there is something, so that an idle connection owns no memory.
class PlainChannel final : public Channel {
 public:
  PlainChannel(net::Loop& loop, tcp::socket socket) : loop_(loop), socket_(std::move(socket)) {}

  void async_handshake(Done done) override { done({}); }

  void async_read(Read read) override {
    socket_.async_wait(tcp::socket::wait_read, [this, read = std::move(read)](error_code failure) mutable {
      const std::span<std::byte> buffer = loop_.receive_buffer();
      std::size_t count = 0;
      if (!failure) count = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), failure);
      if (failure == asio::error::would_block) return async_read(std::move(read));
      read(failure, buffer.first(count));
    });
  }

  void async_write(std::span<const std::byte> bytes, Done done) override {
    asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()),
                      [done = std::move(done)](error_code failure, std::size_t) mutable { done(failure); });
  }

  void async_finish(Done done) override { end_output_and_drain(std::move(done)); }

 private:
  tcp::socket& socket() noexcept override { return socket_; }

  net::Loop& loop_;
  tcp::socket socket_;
};

// Asio's stream decrypts into the caller's buffer outside of any callback, so each of these has a buffer of its own, of
// one TLS record.
class TlsChannel final : public Channel {
 public:
  TlsChannel(tcp::socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  void async_handshake(Done done) override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [done = std::move(done)](error_code failure) mutable { done(failure); });
  }

  void async_read(Read read) override {
    stream_.async_read_some(asio::buffer(record_.data(), record_size),
                            [this, read = std::move(read)](error_code failure, std::size_t count) mutable {
                              read(failure, std::span{record_}.first(count));
                            });
  }

  void async_write(std::span<const std::byte> bytes, Done done) override {
    asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()),
                      [done = std::move(done)](error_code failure, std::size_t) mutable { done(failure); });
  }

  void async_finish(Done done) override {
    stream_.async_shutdown([this, done = std::move(done)](error_code) mutable {
      if (!socket().is_open()) return done(std::make_error_code(std::errc::operation_canceled));
      end_output_and_drain(std::move(done));
    });
  }

 private:
  static constexpr std::size_t record_size = 16384;

  tcp::socket& socket() noexcept override { return stream_.next_layer(); }

  asio::ssl::stream<tcp::socket> stream_;
  std::array<std::byte, record_size + ws::text_padding> record_{};
};

}  // namespace

std::unique_ptr<Channel> make_plain_channel(net::Loop& loop, tcp::socket socket) {
  return std::make_unique<PlainChannel>(loop, std::move(socket));
}

std::unique_ptr<Channel> make_tls_channel(tcp::socket socket, asio::ssl::context& context) {
  return std::make_unique<TlsChannel>(std::move(socket), context);
}

}  // namespace zenws::testing

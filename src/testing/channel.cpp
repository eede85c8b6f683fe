#include "testing/channel.hpp"

#include <algorithm>
#include <utility>

namespace zenws::testing {

using Status = net::Transfer::Status;

namespace {

constexpr std::size_t at_once = std::size_t{1} << 20U;  // then others have their turn

}  // namespace

Channel::Channel(net::Loop& loop, std::unique_ptr<net::Transport> transport) noexcept
    : loop_{loop}, transport_{std::move(transport)}, tls_{nullptr} {}

Channel::Channel(net::Loop& loop, std::unique_ptr<net::TlsTransport> transport) noexcept
    : loop_{loop}, transport_{std::move(transport)}, tls_{static_cast<net::TlsTransport*>(transport_.get())} {}

void Channel::async_handshake(Done done) {
  if (tls_ == nullptr) return done({});
  shake_hands(std::move(done));
}

void Channel::shake_hands(Done done) {
  const net::Transfer step = tls_->handshake();
  const bool waits = step.status == Status::want_read || step.status == Status::want_write;
  if (!waits) {
    more_ = true;  // what follows may have come with it
    const bool ended = step.status == Status::ended;
    return done(ended ? std::make_error_code(std::errc::connection_aborted) : step.error);
  }
  auto again = [this, done = std::move(done)]() mutable { shake_hands(std::move(done)); };
  if (step.status == Status::want_write) return transport_->wait_writable(std::move(again));
  step.more ? loop_.take_turn(std::move(again)) : transport_->wait_readable(std::move(again));
}

// Reads into the loop's one buffer: waits until there is something, so that an idle connection owns no memory.
void Channel::async_read(Read read) {
  auto when_there = [this, read = std::move(read)]() mutable { read_some(std::move(read)); };
  std::exchange(more_, false) ? loop_.take_turn(std::move(when_there))
                              : transport_->wait_readable(std::move(when_there));
}

void Channel::read_some(Read read) {
  const std::span<std::byte> buffer = loop_.receive_buffer();
  const net::Transfer got = transport_->read_some(buffer);
  more_ = got.more;
  switch (got.status) {
    case Status::ok:
      return read({}, buffer.first(got.bytes));
    case Status::want_read:
      return async_read(std::move(read));
    case Status::want_write:
      return transport_->wait_writable([this, read = std::move(read)]() mutable { read_some(std::move(read)); });
    case Status::ended:
      return read(std::make_error_code(std::errc::no_message), {});
    case Status::failed:
      return read(got.error, {});
  }
}

void Channel::async_write(std::span<const std::byte> bytes, Done done) {
  std::size_t written = 0;
  net::Transfer step;
  while (written < std::min(bytes.size(), at_once) && step.status == Status::ok) {
    step = transport_->write_some(bytes.subspan(written));
    written += step.bytes;
  }
  bytes = bytes.subspan(written);
  const bool waits = step.status == Status::want_write || step.status == Status::want_read;
  if (bytes.empty() || (!waits && step.status != Status::ok)) {
    return loop_.post([done = std::move(done), error = step.error]() mutable { done(error); });
  }
  auto rest = [this, bytes, done = std::move(done)]() mutable { async_write(bytes, std::move(done)); };
  waits ? transport_->wait_writable(std::move(rest)) : loop_.take_turn(std::move(rest));
}

void Channel::async_finish(Done done) {
  transport_->end_output();
  more_ = true;
  drain(std::move(done));
}

void Channel::drain(Done done) {
  async_read([this, done = std::move(done)](std::error_code failure, std::span<std::byte>) mutable {
    failure ? done(failure) : drain(std::move(done));
  });
}

}  // namespace zenws::testing

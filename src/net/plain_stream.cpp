// recv and send, never blocking, never raising SIGPIPE.
#include "net/plain_stream.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace zenws::net {
namespace {

Transfer stopped(Transfer::Status when_blocked) {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {.status = when_blocked};
  return {.status = Transfer::Status::failed, .error = {errno, std::system_category()}};
}

}  // namespace

Transfer PlainStream::read_some(std::span<std::byte> into) {
  ssize_t got = 0;
  do {
    got = ::recv(descriptor(), into.data(), into.size(), MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return stopped(Transfer::Status::want_read);
  if (got == 0) return {.status = Transfer::Status::ended};
  const auto bytes = static_cast<std::size_t>(got);
  return {.bytes = bytes, .more = bytes == into.size()};
}

Transfer PlainStream::write_some(std::span<const std::byte> from) {
  ssize_t put = 0;
  do {
    put = ::send(descriptor(), from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (put < 0 && errno == EINTR);
  if (put < 0) return stopped(Transfer::Status::want_write);
  return {.bytes = static_cast<std::size_t>(put)};
}

}  // namespace zenws::net

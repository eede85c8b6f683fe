// Bytes on a TCP socket as they are: one system call a read or write.
#pragma once

#include "net/stream.hpp"

namespace zenws::net {

class PlainStream final : public Stream {
 public:
  using Stream::Stream;

  Transfer read_some(std::span<std::byte> into) override;
  Transfer write_some(std::span<const std::byte> from) override;
};

}  // namespace zenws::net

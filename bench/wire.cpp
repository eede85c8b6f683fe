// What wire.hpp does seldom: failing, closing, appending a server's frame.
#include "wire.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace bench {

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

void throw_errno(const char* what) { throw std::system_error{errno, std::generic_category(), what}; }

void append_frame(std::vector<std::byte>& out, std::byte opcode, std::span<const std::byte> payload) {
  std::array<std::byte, max_header> header;
  const std::size_t size = write_header(header.data(), opcode, payload.size(), nullptr);
  out.insert(out.end(), header.begin(), header.begin() + static_cast<std::ptrdiff_t>(size));
  out.insert(out.end(), payload.begin(), payload.end());
}

}  // namespace bench

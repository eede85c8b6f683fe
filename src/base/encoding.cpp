// Base64 and SHA-1, asked of OpenSSL.
#include "base/encoding.hpp"

#include <algorithm>

#include <openssl/evp.h>

namespace zenws {

std::string base64_encode(std::span<const std::byte> bytes) {
  // EVP_EncodeBlock counts in int; three bytes make four characters, so pieces of whole triples join seamlessly.
  constexpr std::size_t piece_size = std::size_t{3} << 24U;
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  std::size_t written = 0;
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), piece_size));
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data() + written),
                        reinterpret_cast<const unsigned char*>(piece.data()), static_cast<int>(piece.size()));
    written += static_cast<std::size_t>(length);
    bytes = bytes.subspan(piece.size());
  }
  return text;
}

std::array<std::byte, 20> sha1(std::string_view text) {
  std::array<std::byte, 20> digest{};
  // Where policy forbids SHA-1 the digest stays zero, and the handshake ends with bad_accept.
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha1(), nullptr);
  return digest;
}

}  // namespace zenws

// Base64 is written by OpenSSL, and read here: OpenSSL's reader lets too much pass. SHA-1 is OpenSSL's.
#include "base/encoding.hpp"

#include <algorithm>
#include <cstdint>

#include <openssl/evp.h>

namespace zenws {

namespace {

constexpr std::uint8_t no_digit = 64;

constexpr std::array<std::uint8_t, 256> make_digits() {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}

constexpr std::array<std::uint8_t, 256> digits = make_digits();

}  // namespace

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

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned held = 0;  // bits
  for (const char c : text) {
    const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
    if (digit == no_digit) return std::nullopt;
    bits = (bits << 6U) | digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((bits >> held) & 0xFFU);
  }
  const bool has_stray_bits = (bits & ((1U << held) - 1U)) != 0;
  if (has_stray_bits) return std::nullopt;
  return bytes;
}

std::array<std::byte, 20> sha1(std::string_view text) {
  // For the life of the process: what EVP_sha1() names is looked up for each digest, which costs more than the digest.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  std::array<std::byte, 20> digest{};
  // Where policy forbids SHA-1 the digest stays zero, and the handshake ends with bad_accept.
  if (algorithm == nullptr) return digest;
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, algorithm, nullptr);
  return digest;
}

}  // namespace zenws

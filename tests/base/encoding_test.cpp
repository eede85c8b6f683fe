// Base64 by RFC 4648 §10 and SHA-1 by RFC 6455 §1.3.
#include "base/encoding.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace zenws {
namespace {

std::string base64(std::string_view text) { return base64_encode(std::as_bytes(std::span{text})); }

TEST(Base64, encodes_the_vectors_of_its_rfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, uses_the_standard_alphabet) { EXPECT_EQ(base64("\xfb\xff\xbf"), "+/+/"); }

TEST(Base64, joins_its_pieces_seamlessly) {
  const std::string text((std::size_t{3} << 24U) + 4, '\0');
  const std::string encoded = base64(text);
  ASSERT_EQ(encoded.size(), (text.size() + 2) / 3 * 4);
  EXPECT_EQ(encoded.find_first_not_of('A'), encoded.size() - 2);
  EXPECT_TRUE(encoded.ends_with("AA=="));
}

TEST(Base64Decode, gives_back_what_was_encoded) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(base64_decode(base64(text)), text);
    text += static_cast<char>(i * 7);
  }
}

TEST(Base64Decode, refuses_what_no_encoder_writes) {
  for (const char* wrong :
       {"A", "AA", "AAA", "AA=A", "A===", "====", "AAAA=", "AA A", "AA-_", "AB==", "AAB=", "AAA\n"}) {
    EXPECT_EQ(base64_decode(wrong), std::nullopt) << wrong;
  }
}

TEST(Sha1, agrees_with_the_example_of_rfc_6455) {
  const auto digest = sha1("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  EXPECT_EQ(base64_encode(digest), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Sha1, digests_the_empty_text) { EXPECT_EQ(base64_encode(sha1("")), "2jmj7l5rSw0yVb/vlWAYkK/YBwk="); }

}  // namespace
}  // namespace zenws

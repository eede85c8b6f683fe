// Short forms in which the peer tests speak with a client.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include <zenws/client.hpp>

#include "peers/peer.hpp"
#include "support/connect.hpp"

namespace zenws::peers {

using Kinds = OwnedMessage::Kind;

using testing::connect;

/// The next message's payload; an error in words when none came.
inline std::string next(Client& client) {
  auto message = client.receive(patience);
  return message ? std::string{message->text()} : "no message: " + to_string(message.error());
}

inline std::span<const std::byte> as_bytes(std::string_view text) { return std::as_bytes(std::span{text}); }

/// `size` bytes of characters of one to four bytes, so that every cut falls inside one now and then.
inline std::string mixed_text(std::size_t size) {
  std::string text;
  text.reserve(size);
  while (text.size() + 10 <= size) text += "z\u00e9\u20bf\U0001F680";
  return text.append(size - text.size(), '.');
}

/// `size` bytes of all values.
inline std::string all_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 131 + i / 256) & 0xff);
  return bytes;
}

}  // namespace zenws::peers

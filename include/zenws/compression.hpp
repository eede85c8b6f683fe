/// \file
/// permessage-deflate (RFC 7692): messages that are compressed on the wire.
#pragma once

#include <cstddef>

namespace zenws {

/// How a connection's messages are compressed. A client offers this; a server that does not want it, or not like this,
/// is spoken to without. What is read is the same either way, and so are all limits: they hold while a message is
/// inflated.
///
/// Memory of one connection: zero while nothing of a message waits, but for what is kept from message to message
/// (context takeover): 8 KiB + 2^server_max_window_bits bytes for what comes (40 KiB with 15), 2^(window + 2) +
/// 2^(window + 2) bytes for what is sent (256 KiB with 15, 64 KiB with 13, 16 KiB with 11).
/// See: docs/guide/compression.md, https://www.rfc-editor.org/rfc/rfc7692#section-7
struct Compression {
  bool enabled = false;  ///< Offer it, or as a server take it.
  /// 8–15: the logarithm of how far back the server's compression may look. Less than 15 is asked of the server, which
  /// then must agree or do without compression.
  int server_max_window_bits = 15;
  /// 9–15: the same of the client's.
  int client_max_window_bits = 15;
  /// The server goes on with what it knows from its earlier messages: feeds shrink much more. False: it must forget.
  bool server_context_takeover = true;
  /// The client does. Then all that is sent is compressed one after the other, under a lock.
  bool client_context_takeover = false;
  /// Shorter messages are sent as they are.
  std::size_t threshold = 256;
  /// 1–9: from fast to thorough, as zlib has it.
  int level = 6;
  friend bool operator==(const Compression&, const Compression&) = default;
};

}  // namespace zenws

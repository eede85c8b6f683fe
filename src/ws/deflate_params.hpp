// How the two sides agree on permessage-deflate in the opening handshake (RFC 7692 §5, §7.1), without I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/compression.hpp>
#include <zenws/error.hpp>

#include "ws/deflater.hpp"
#include "ws/frame.hpp"
#include "ws/inflater.hpp"

namespace zenws::ws {

// What holds for one connection.
struct DeflateParams {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  int server_max_window_bits = 15;
  int client_max_window_bits = 15;
  bool says_server_window = false;  // the answer names it: it must when the offer did (§7.1.2.1)
  friend bool operator==(const DeflateParams&, const DeflateParams&) = default;
};

// zlib cannot deflate with a window of 2^8: with less than this nothing is compressed, which is always allowed (§6.1).
inline constexpr int least_deflate_bits = 9;

// Errors: invalid_config, of what a member must be.
[[nodiscard]] Result<> check(const Compression& compression);

// The client's side. The value of its Sec-WebSocket-Extensions. Requires: enabled.
[[nodiscard]] std::string deflate_offer(const Compression& offered);
// `answer`: the elements of the server's. nullopt: it does without. Errors: bad_accept, of whatever was not offered, or
// is not what was asked for.
[[nodiscard]] Result<std::optional<DeflateParams>> accept_deflate(const std::vector<std::string_view>& answer,
                                                                  const Compression& offered);

// The server's side. The first of the client's offers that can be taken. nullopt: none.
[[nodiscard]] std::optional<DeflateParams> choose_deflate(const std::vector<std::string_view>& offers,
                                                          const Compression& own);
// The value of its Sec-WebSocket-Extensions.
[[nodiscard]] std::string deflate_answer(const DeflateParams& chosen);

// What was agreed, for who has that role: how to read the other side's messages, and how to write one's own, as `own`
// has it. Nullopt, and never, where nothing was agreed.
[[nodiscard]] std::optional<InflateParams> inflate_by(const std::optional<DeflateParams>& agreed, Role role) noexcept;
[[nodiscard]] DeflateHow deflate_by(const std::optional<DeflateParams>& agreed, Role role,
                                    const Compression& own) noexcept;

}  // namespace zenws::ws

// The opening handshake (RFC 6455 §4), sans-I/O, for both roles. HTTP itself is parsed by Beast.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/compression.hpp>
#include <zenws/error.hpp>

#include "base/url.hpp"
#include "ws/deflate_params.hpp"

namespace zenws::ws {

// §4.2.2: base64(sha1(key + GUID)).
[[nodiscard]] std::string accept_key(std::string_view key);
// Sixteen random bytes as base64 (§4.1).
[[nodiscard]] std::string make_key();
// True for names that the handshake sets itself: Host, Connection, Upgrade, Sec-WebSocket-*, Content-Length,
// Transfer-Encoding….
[[nodiscard]] bool is_handshake_header(std::string_view name) noexcept;

struct UpgradeRequest {
  std::string key;                        // Sec-WebSocket-Key sent
  std::vector<std::string> subprotocols;  // offered
  std::string text;                       // the request as sent
  Compression compression = {};           // offered, when enabled
};
// Requires: headers were validated (no CR, LF, NUL, no handshake header).
[[nodiscard]] UpgradeRequest make_upgrade_request(const Url& url, const std::vector<Header>& headers,
                                                  const std::vector<std::string>& subprotocols,
                                                  const Compression& compression = {});

struct UpgradeAnswer {
  std::string subprotocol;                    // chosen, or empty
  std::vector<Header> headers;                // of the 101
  std::optional<DeflateParams> deflate = {};  // nullopt: messages are not compressed
};

// Reads the server's answer piece by piece.
class UpgradeReader {
 public:
  // `request` outlives the reader.
  explicit UpgradeReader(const UpgradeRequest& request);
  ~UpgradeReader();

  // Takes bytes: nullopt = more are needed. Once answered, rest() is what followed the 101 in `bytes`: WebSocket
  // frames. Limits: 64 KiB of headers, 100 headers; interim 1xx answers other than 101 are skipped (RFC 9110 §15.2).
  // A line may end with LF alone, a status line without a reason phrase, and length fields of a 1xx mean nothing (RFC
  // 9112 §2.2, §4, §6.3).
  // Errors, all in phase upgrade: upgrade_rejected with http() (status, headers, body's first 4 KiB), once the body is
  // complete or its first 4 KiB have come; bad_accept (accept key, Upgrade or Connection header, a subprotocol or
  // extension not offered); protocol_error (not HTTP, a 101 that is not HTTP/1.1, over a limit).
  std::optional<Result<UpgradeAnswer>> feed(std::span<const std::byte> bytes);
  // The head of a refusal was read; its body is still coming. ended() has what came of it.
  [[nodiscard]] bool is_refused() const noexcept;
  // The stream ended: the refused upgrade with what has arrived of its body, or `disconnected`.
  Error ended();
  [[nodiscard]] std::span<const std::byte> rest() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The server's side.
struct ClientHello {
  std::string target;
  std::vector<Header> headers;
  std::string key;
  std::vector<std::string> subprotocols;
};
class UpgradeRequestReader {
 public:
  UpgradeRequestReader();
  ~UpgradeRequestReader();
  // As UpgradeReader::feed. Errors: upgrade_rejected with http() = the answer to give (400, 405, 426 with its
  // Sec-WebSocket-Version, 431 over a limit).
  std::optional<Result<ClientHello>> feed(std::span<const std::byte> bytes);
  [[nodiscard]] std::span<const std::byte> rest() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};
// The 101, as text.
[[nodiscard]] std::string make_upgrade_answer(const ClientHello& hello, std::string_view subprotocol,
                                              const std::vector<Header>& extra = {});
// Any other answer, as text, with Content-Length and Connection: close.
[[nodiscard]] std::string make_http_answer(const HttpResponse& answer);

}  // namespace zenws::ws

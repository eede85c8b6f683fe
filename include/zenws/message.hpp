/// \file
/// The five shapes in which a message reaches the user.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include <zenws/error.hpp>
#include <zenws/variant_callback.hpp>

namespace simdjson::dom {
class element;
}

namespace zenws {

class OwnedMessage;

/// A text frame that is valid JSON.
///
/// Include <zenws/json.hpp> to look into `json`. Lifetime: until the handler returns; own() makes a copy that stays.
struct JsonMessage {
  const simdjson::dom::element& json;  ///< The parsed value.
  std::string_view text;               ///< The frame as it came, UTF-8, with simdjson's padding behind it.
  bool lossy =
      false;  ///< A number is beyond 64 bits or a double: `json` has the nearest finite double, `text` has it all.
  /// An owning copy.
  [[nodiscard]] OwnedMessage own() const;
};

/// A text frame that is not JSON, or any text frame with Options::decode_json = false. So is JSON that is nested more
/// than 1 024 levels deep or that escapes half a surrogate pair (`"\ud800"`). Lifetime: as JsonMessage.
struct TextMessage {
  std::string_view text;  ///< UTF-8, with simdjson's padding behind it.
  /// An owning copy.
  [[nodiscard]] OwnedMessage own() const;
};

/// A binary frame. Lifetime: as JsonMessage.
struct BinaryMessage {
  std::span<const std::byte> bytes;  ///< The payload.
  /// An owning copy.
  [[nodiscard]] OwnedMessage own() const;
};

/// A JSON object with `id` and `result` or `error`, without `method`, that answers no pending request:
/// late, or to an id sent with send_message(). Lifetime: as JsonMessage.
struct UnmatchedResponse {
  const simdjson::dom::element& json;  ///< The parsed object.
  std::string_view text;               ///< The frame as it came.
  bool lossy = false;                  ///< As JsonMessage::lossy.
  /// An owning copy.
  [[nodiscard]] OwnedMessage own() const;
};

/// The peer broke the protocol. The connection ends right after.
struct ProtocolError {
  Error error;  ///< errc::protocol_error, invalid_utf8 or message_too_big, with the rule that was broken.
  /// An owning copy.
  [[nodiscard]] OwnedMessage own() const;
};

/// What a handler receives.
using Message = std::variant<JsonMessage, TextMessage, BinaryMessage, UnmatchedResponse, ProtocolError>;

/// A message that owns its bytes: what the mailbox holds, and what own() returns.
///
/// Threads: one at a time. Movable, not copyable.
class OwnedMessage {
 public:
  /// Which of Message's alternatives it is, in their order.
  enum class Kind : std::uint8_t { json, text, binary, unmatched_response, protocol_error };

  /// A copy of `payload` (for protocol_error: no payload, see the other constructor).
  OwnedMessage(Kind kind, std::span<const std::byte> payload);
  /// A protocol error.
  explicit OwnedMessage(Error error);
  OwnedMessage(OwnedMessage&&) noexcept;
  OwnedMessage& operator=(OwnedMessage&&) noexcept;
  ~OwnedMessage();

  /// Which alternative it is.
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  /// The payload as text; empty for protocol_error. Lives as long as this object.
  [[nodiscard]] std::string_view text() const noexcept;
  /// The payload as bytes; empty for protocol_error. Lives as long as this object.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept;
  /// The same as a Message, for std::visit; parses JSON at the first call. Lives as long as this object.
  [[nodiscard]] Message view();

 private:
  struct Json;  // the parser and its tree, made by the first view()
  Kind kind_;
  std::size_t size_ = 0;
  std::unique_ptr<std::byte[]> payload_;
  std::unique_ptr<Json> json_;
  std::unique_ptr<Error> error_;
};

/// For the library's own use: see VariantCallback.
template <>
struct Alternatives<Message> {
  /// Always true: what lacks one does not compile.
  template <class F, class... First>
  static consteval bool all_taken_by() {
    static_assert(takes<F, JsonMessage, First...>, "zenws: the handler does not take JsonMessage");
    static_assert(takes<F, TextMessage, First...>, "zenws: the handler does not take TextMessage");
    static_assert(takes<F, BinaryMessage, First...>, "zenws: the handler does not take BinaryMessage");
    static_assert(takes<F, UnmatchedResponse, First...>, "zenws: the handler does not take UnmatchedResponse");
    static_assert(takes<F, ProtocolError, First...>, "zenws: the handler does not take ProtocolError");
    return takes<F, JsonMessage, First...> && takes<F, TextMessage, First...> && takes<F, BinaryMessage, First...> &&
           takes<F, UnmatchedResponse, First...> && takes<F, ProtocolError, First...>;
  }
};

}  // namespace zenws

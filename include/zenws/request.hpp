/// \file
/// Requests and their answers: ids, and the response that owns its bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <zenws/error.hpp>
#include <zenws/message.hpp>

namespace zenws {

/// A request's id. An integer and a string of the same digits are different ids (JSON-RPC 2.0 §4).
using RequestId = std::variant<std::int64_t, std::string>;
/// The same, pointing into a message.
using RequestIdView = std::variant<std::int64_t, std::string_view>;

/// The answer to a request, also when the server answered with an error: json_rpc::match_response() tells which. Owns
/// its bytes.
///
/// Threads: one at a time. Movable, not copyable.
class Response {
 public:
  /// Of the answer as it came. Requires: `text` is the JSON object that answered.
  Response(std::string_view text, std::chrono::microseconds round_trip);

  /// The answer as it came.
  [[nodiscard]] std::string_view text() const noexcept { return message_.text(); }
  /// The answer as parsed JSON; include <zenws/json.hpp> to look into it. Lives as long as this object.
  [[nodiscard]] const simdjson::dom::element& json();
  /// From sending to the answer.
  [[nodiscard]] std::chrono::microseconds round_trip() const noexcept { return round_trip_; }

 private:
  OwnedMessage message_;
  std::chrono::microseconds round_trip_;
};

}  // namespace zenws

/// \file
/// A venue's method as a value: what to ask, and how to read the answer.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include <zenws/error.hpp>
#include <zenws/json_rpc.hpp>
#include <zenws/request.hpp>

namespace simdjson::dom {
class element;
}

namespace zenws::adapters {

/// One method with its parameters, answered by a `T`. Build your own for methods that an adapter has no function for.
template <class T>
struct Call {
  std::string method = {};  ///< For example `public/get_time`, or `depth`.
  std::string params = {};  ///< A JSON object as text.
  /// Reads the answer's `result`. Errors: errc::protocol_error when it is not what the method answers.
  Result<T> (*read)(const simdjson::dom::element& result) = nullptr;
};

/// Reads the answer to a call; `error_of` reads one that is a refusal. Errors: the request's own; error_of()'s; those
/// of Call::read.
template <class T>
[[nodiscard]] Result<T> interpret(const Call<T>& call, Result<Response> answer,
                                  Error (*error_of)(const simdjson::dom::element& answer)) {
  if (!answer) return std::unexpected{std::move(answer).error()};
  const json_rpc::Match match = json_rpc::match_response(answer->json());
  if (const auto* const success = std::get_if<json_rpc::Success>(&match)) return call.read(success->result());
  return std::unexpected{error_of(answer->json())};
}

}  // namespace zenws::adapters

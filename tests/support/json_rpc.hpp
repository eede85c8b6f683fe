// The far end's half of JSON-RPC: the id of a request, and an answer to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include <zenws/testing/server.hpp>

namespace zenws::testing {

// Nullopt: no JSON, or no integer for an id.
inline std::optional<std::int64_t> id_of(const ReceivedMessage& message) {
  simdjson::dom::parser parser;
  std::int64_t id = 0;
  if (parser.parse(message.payload)["id"].get(id) != simdjson::SUCCESS) return std::nullopt;
  return id;
}

inline std::string answer(std::int64_t id, std::string_view result = "1") {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + std::string{result} + "}";
}

}  // namespace zenws::testing

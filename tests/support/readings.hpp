// What a dialect makes of messages, as lines to compare.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <zenws/dialect.hpp>

#include "support/parsed_json.hpp"

namespace zenws::test {

// `reply 1`, `reply 'a'`, `update CHANNEL`, `confirmed CHANNEL`, `rejected CHANNEL: TEXT`, `other`.
inline std::string reading_of(const Dialect& dialect, std::string_view message) {
  const ParsedJson json{message};
  const Reading reading = dialect.read(*json);
  switch (reading.kind) {
    case Reading::Kind::reply:
      if (const auto* number = std::get_if<std::int64_t>(&reading.id.value())) return fmt::format("reply {}", *number);
      return fmt::format("reply '{}'", std::get<std::string_view>(*reading.id));
    case Reading::Kind::update:
      return fmt::format("update {}", reading.channel);
    case Reading::Kind::confirmed:
      return fmt::format("confirmed {}", reading.channel);
    case Reading::Kind::rejected:
      return fmt::format("rejected {}: {}", reading.channel, reading.text);
    case Reading::Kind::other:
      break;
  }
  return reading.id || !reading.channel.empty() || !reading.text.empty() ? "other, but says something" : "other";
}

// `CONFIRMED CONFIRMED…|REASON`, to the channels a, b and c.
inline std::string answer_of(const Dialect& dialect, std::string_view reply) {
  const ParsedJson json{reply};
  const std::vector<std::string> asked{"a", "b", "c"};
  const SubscribeAnswer answer = dialect.answer(*json, asked);
  return fmt::format("{}|{}", fmt::join(answer.confirmed, " "), answer.reason);
}

// Messages that mean nothing to any dialect.
inline const std::vector<std::string>& meaningless_messages() {
  static const std::vector<std::string> messages = {"{}",
                                                    "[]",
                                                    "1",
                                                    "null",
                                                    R"("a")",
                                                    "true",
                                                    R"({"":""})",
                                                    R"({"id":1})",
                                                    R"({"id":1,"method":"m"})",
                                                    R"({"id":1,"method":"m","result":1})",
                                                    R"({"id":null,"result":1})",
                                                    R"({"id":1.5,"result":1})",
                                                    R"({"id":18446744073709551615,"result":1})",
                                                    R"({"id":{"id":1},"result":1})",
                                                    R"({"result":[]})",
                                                    R"({"error":{"code":1,"message":"m"}})",
                                                    R"({"method":"subscription"})",
                                                    R"({"method":"subscription","params":7})",
                                                    R"({"method":"subscription","params":{}})",
                                                    R"({"method":"subscription","params":{"channel":7}})",
                                                    R"({"method":"subscription","params":{"channel":""}})",
                                                    R"({"method":"subscription","params":["channel"]})",
                                                    R"({"params":{"channel":"c"}})",
                                                    R"({"method":7,"params":{"channel":"c"}})",
                                                    R"({"id":1,"method":"subscription","params":{"channel":"c"}})",
                                                    R"([{"id":1,"result":1}])",
                                                    R"({"stream":"s"})",
                                                    R"({"stream":7,"data":{}})",
                                                    R"({"stream":"","data":{}})",
                                                    R"({"data":{"e":"trade","s":"A"}})",
                                                    R"({"e":"trade"})",
                                                    R"({"s":"BTCUSDT"})",
                                                    R"({"e":7,"s":"BTCUSDT"})",
                                                    R"({"e":"trade","s":7})",
                                                    R"({"code":2,"msg":"no id"})",
                                                    std::string(1000, '[') + std::string(1000, ']')};
  return messages;
}

}  // namespace zenws::test

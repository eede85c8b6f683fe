// The four ways to say which message was meant.
#include <algorithm>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include <zenws/testing/server.hpp>

namespace zenws::testing {

namespace {

using nlohmann::json;

// Objects by subset at every depth; arrays and scalars exactly, with 1 equal to 1.0 (RFC 8259 knows numbers only).
bool holds(const json& actual, const json& wanted) {
  if (!wanted.is_object() || !actual.is_object()) return actual == wanted;
  return std::ranges::all_of(wanted.items(), [&](const auto& member) {
    const auto found = actual.find(member.key());
    return found != actual.end() && holds(*found, member.value());
  });
}

json parse(std::string_view text) { return json::parse(text, nullptr, false); }

}  // namespace

Matcher::Matcher(std::string description, std::function<bool(const ReceivedMessage&)> predicate)
    : description_(std::move(description)), predicate_(std::move(predicate)) {}

Matcher::Matcher(std::string text)
    : description_("\"" + text + "\""),
      predicate_([text = std::move(text)](const ReceivedMessage& message) { return message.payload == text; }) {}

Matcher::Matcher(const char* text) : Matcher(std::string{text}) {}

Matcher::Matcher(std::regex pattern)
    : Matcher("a match of the regular expression", [pattern = std::move(pattern)](const ReceivedMessage& message) {
        try {
          return std::regex_search(message.payload, pattern);
        } catch (const std::regex_error&) {  // too complex for this message: not a match
          return false;
        }
      }) {}

Matcher::Matcher(std::function<bool(const ReceivedMessage&)> predicate)
    : description_(predicate ? "a message that fulfils the predicate"
                             : "anything by an empty predicate (never matches)"),
      predicate_(predicate ? std::move(predicate) : [](const ReceivedMessage&) { return false; }) {}

Matcher json_subset(std::string_view text) {
  json wanted = parse(text);
  if (wanted.is_discarded()) {
    return {"JSON with " + std::string{text} + " (which is not valid JSON: nothing matches)",
            [](const ReceivedMessage&) { return false; }};
  }
  return {"JSON with " + wanted.dump(), [wanted = std::move(wanted)](const ReceivedMessage& message) {
            const json actual = parse(message.payload);
            return !actual.is_discarded() && holds(actual, wanted);
          }};
}

}  // namespace zenws::testing

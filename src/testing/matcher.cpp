// The four ways to say which message was meant.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include <zenws/testing/server.hpp>

namespace zenws::testing {

namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;
using simdjson::dom::element_type;

// RFC 8259 knows numbers only: 1 is 1.0.
bool is_same_number(const element& a, const element& b) {
  if (a.type() == element_type::DOUBLE || b.type() == element_type::DOUBLE) {
    return a.get_double().value_unsafe() == b.get_double().value_unsafe();
  }
  if (a.type() != b.type()) return false;  // one is beyond int64_t
  if (a.type() == element_type::INT64) return a.get_int64().value_unsafe() == b.get_int64().value_unsafe();
  return a.get_uint64().value_unsafe() == b.get_uint64().value_unsafe();
}

// True when each of `wanted`'s members is one of `actual`'s.
template <class Same>
bool has_members(const element& actual, const simdjson::dom::object& wanted, Same same) {
  return std::ranges::all_of(wanted, [&](const simdjson::dom::key_value_pair& member) {
    element found;
    return actual[member.key].get(found) == SUCCESS && same(found, member.value);
  });
}

bool is_same(const element& a, const element& b) {
  if (a.is_number() && b.is_number()) return is_same_number(a, b);
  if (a.type() != b.type()) return false;
  simdjson::dom::object members;
  if (b.get(members) == SUCCESS) {
    return a.get_object().value_unsafe().size() == members.size() && has_members(a, members, &is_same);
  }
  simdjson::dom::array parts;
  if (b.get(parts) == SUCCESS) return std::ranges::equal(a.get_array().value_unsafe(), parts, &is_same);
  std::string_view text;
  if (b.get(text) == SUCCESS) return a.get_string().value_unsafe() == text;
  return b.is_null() || a.get_bool().value_unsafe() == b.get_bool().value_unsafe();
}

// Objects by subset at every depth; arrays and scalars exactly.
bool holds(const element& actual, const element& wanted) {
  simdjson::dom::object members;
  if (!actual.is_object() || wanted.get(members) != SUCCESS) return is_same(actual, wanted);
  return has_members(actual, members, &holds);
}

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
  const auto parser = std::make_shared<simdjson::dom::parser>();  // holds what it has parsed
  element wanted;
  if (parser->parse(text).get(wanted) != SUCCESS) {
    return {"JSON with " + std::string{text} + " (which is not valid JSON: nothing matches)",
            [](const ReceivedMessage&) { return false; }};
  }
  return {"JSON with " + simdjson::minify(wanted), [parser, wanted](const ReceivedMessage& message) {
            simdjson::dom::parser reader;
            element actual;
            return reader.parse(message.payload).get(actual) == SUCCESS && holds(actual, wanted);
          }};
}

}  // namespace zenws::testing

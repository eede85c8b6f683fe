#include "json/members.hpp"

#include <simdjson.h>

namespace zenws::json {

static_assert(padding >= simdjson::SIMDJSON_PADDING);

struct Members::Parser {
  simdjson::dom::parser parser;
};

Members::Members() : parser_{std::make_unique<Parser>()} {}
Members::~Members() = default;

bool Members::read_padded(std::string_view text, const Function& member) { return read(text, true, member); }
bool Members::read(std::string_view text, const Function& member) { return read(text, false, member); }

bool Members::read(std::string_view text, bool is_padded, const Function& member) {
  simdjson::dom::object object;
  if (text.empty()) return false;
  if (parser_->parser.parse(text.data(), text.size(), !is_padded).get(object) != simdjson::SUCCESS) return false;
  for (const auto field : object) {
    std::string_view string;
    std::int64_t number = 0;
    bool boolean = false;
    if (field.value.get(string) == simdjson::SUCCESS) {
      member(field.key, string);
    } else if (field.value.get(number) == simdjson::SUCCESS) {
      member(field.key, number);
    } else if (field.value.get(boolean) == simdjson::SUCCESS) {
      member(field.key, boolean);
    }
  }
  return true;
}

}  // namespace zenws::json

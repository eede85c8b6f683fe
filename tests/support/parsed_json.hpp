// A JSON text with a parser of its own, so that several live side by side.
#pragma once

#include <string_view>

#include <gtest/gtest.h>
#include <simdjson.h>

namespace zenws::test {

class ParsedJson {
 public:
  explicit ParsedJson(std::string_view text) {
    EXPECT_EQ(parser_.parse(text).get(value_), simdjson::SUCCESS) << "a test's own JSON is broken: " << text;
  }
  ParsedJson(const ParsedJson&) = delete;
  ParsedJson& operator=(const ParsedJson&) = delete;

  [[nodiscard]] const simdjson::dom::element& operator*() const noexcept { return value_; }

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::element value_;
};

}  // namespace zenws::test

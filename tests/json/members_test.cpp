// The plain members of an object, whatever else stands in it.
#include "json/members.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace zenws::json {
namespace {

std::vector<std::string> read(Members& members, const std::string& text) {
  std::vector<std::string> lines;
  const bool ok = members.read(text, [&](std::string_view key, const Members::Value& value) {
    std::string line{key};
    if (const auto* string = std::get_if<std::string_view>(&value)) line += " " + std::string{*string};
    if (const auto* number = std::get_if<std::int64_t>(&value)) line += " " + std::to_string(*number);
    if (const auto* boolean = std::get_if<bool>(&value)) line += *boolean ? " yes" : " no";
    lines.push_back(line);
  });
  if (!ok) lines.emplace_back("no object");
  return lines;
}

TEST(JsonMembers, are_strings_integers_and_booleans) {
  Members members;
  EXPECT_EQ(read(members, R"({"a":"x\ny","b":-3,"c":true,"d":null,"e":[1],"f":{"a":"inner"},"g":1.5})"),
            (std::vector<std::string>{"a x\ny", "b -3", "c yes"}));
}

TEST(JsonMembers, come_from_objects_only) {
  Members members;
  for (const char* wrong : {"", "[]", "{", "1", R"({"a":"\ud800"})", "{} {}"}) {
    EXPECT_EQ(read(members, wrong), std::vector<std::string>{"no object"}) << wrong;
  }
  EXPECT_EQ(read(members, R"({"again":1})"), std::vector<std::string>{"again 1"});
}

}  // namespace
}  // namespace zenws::json

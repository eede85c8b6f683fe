// The table is complete, free of doubles, and in step with the document it points to.
#include "base/explain_table.hpp"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws {
namespace {

// Headings of docs/guide/errors.md as the anchors that renderers make of them.
std::set<std::string> document_anchors() {
  std::ifstream document{std::filesystem::path{ZENWS_SOURCE_DIR} / "docs/guide/errors.md"};
  std::set<std::string> anchors;
  for (std::string line; std::getline(document, line);) {
    if (!line.starts_with('#')) continue;
    std::string anchor;
    for (const char c : line.substr(line.find_first_not_of("# "))) {
      if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-') {
        anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      } else if (c == ' ') {
        anchor += '-';
      }
    }
    anchors.insert(anchor);
  }
  return anchors;
}

template <class Check>
void for_each_row(Check check) {
  for (const Source source : all_sources) {
    for (const Row& row : rows_of(source)) check(row);
    check(other_row(source));
  }
}

TEST(ExplainTable, has_words_in_every_row) {
  for_each_row([](const Row& row) {
    EXPECT_FALSE(row.name.empty()) << row.code;
    EXPECT_FALSE(row.message.empty()) << row.name;
    EXPECT_FALSE(row.message.ends_with('.')) << row.name << ": a detail may follow";
    EXPECT_TRUE(row.suggestion.ends_with('.')) << row.name;
  });
}

TEST(ExplainTable, points_to_headings_that_exist) {
  const auto anchors = document_anchors();
  ASSERT_FALSE(anchors.empty()) << "docs/guide/errors.md was not found";
  for_each_row([&](const Row& row) { EXPECT_TRUE(anchors.contains(std::string{row.anchor})) << row.anchor; });
}

TEST(ExplainTable, has_no_code_twice) {
  for (const Source source : all_sources) {
    std::set<int> codes;
    for (const Row& row : rows_of(source)) EXPECT_TRUE(codes.insert(row.code).second) << row.name;
  }
}

TEST(ExplainTable, has_no_name_twice) {
  std::set<std::string_view> names;
  for_each_row([&](const Row& row) { EXPECT_TRUE(names.insert(row.name).second) << row.name; });
}

TEST(ExplainTable, finds_every_row_by_its_name_and_explains_it_by_that_row) {
  for (const Source source : all_sources) {
    for (const Row& row : rows_of(source)) {
      const auto error = find_error(row.name);
      ASSERT_TRUE(error) << row.name;
      EXPECT_EQ(match_row(*error).row, &row) << row.name;
      EXPECT_TRUE(match_row(*error).is_listed) << row.name;
    }
  }
}

TEST(ExplainTable, has_a_row_for_every_errc) {
  for (int code = static_cast<int>(errc::invalid_config); code <= static_cast<int>(errc::cancelled); ++code) {
    EXPECT_NE(find_row(Source::own, code), nullptr) << code;
  }
  EXPECT_EQ(rows_of(Source::own).size(), static_cast<std::size_t>(errc::cancelled));
  EXPECT_EQ(find_row(Source::own, static_cast<int>(errc::cancelled) + 1), nullptr);
}

TEST(ExplainTable, reads_a_close_code_only_where_it_ended_the_connection) {
  EXPECT_EQ(match_row(Error{errc::disconnected}.with_close({1001, ""})).source, Source::close);
  EXPECT_EQ(match_row(Error{errc::protocol_error}.with_close({1002, ""})).source, Source::own);
  EXPECT_EQ(match_row(Error{errc::disconnected}).source, Source::own);
}

}  // namespace
}  // namespace zenws

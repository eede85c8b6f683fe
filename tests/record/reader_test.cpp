// Recordings as people leave them: damaged, torn, with blanks, larger than what is read at a time.
#include "record/reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/scratch_folder.hpp"

namespace zenws::record {
namespace {

using testing::ScratchFolder;
using testing::write_file;

std::string line(std::string_view data) {
  return fmt::format(R"({{"ts":"2026-11-26T11:05:09.123456Z","dir":"in","type":"text","data":"{}","epoch":1}})", data) +
         "\n";
}

struct RecordReader : ::testing::Test {
  ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");
  std::uint64_t skipped = 0;
  bool torn = false;

  std::vector<std::string> read(std::string_view content) {
    write_file(path, content);
    auto reader = Reader::open(path);
    EXPECT_TRUE(reader);
    std::vector<std::string> texts;
    while (const auto entry = reader->next()) texts.emplace_back(entry->data);
    skipped = reader->skipped();
    torn = reader->has_torn_end();
    return texts;
  }
};

using Texts = std::vector<std::string>;

TEST_F(RecordReader, reads_line_after_line) {
  EXPECT_EQ(read(line("a") + line("b")), (Texts{"a", "b"}));
  EXPECT_EQ(skipped, 0U);
  EXPECT_FALSE(torn);
  EXPECT_EQ(read(""), Texts{});
}

TEST_F(RecordReader, skips_damaged_lines_and_counts_them) {
  EXPECT_EQ(read(line("a") + "{\"ts\":\n" + line("b") + "what\n" + line("c")), (Texts{"a", "b", "c"}));
  EXPECT_EQ(skipped, 2U);
}

TEST_F(RecordReader, does_not_mind_blank_lines) {
  EXPECT_EQ(read("\n" + line("a") + "\n  \r\n" + line("b") + "\n"), (Texts{"a", "b"}));
  EXPECT_EQ(skipped, 0U);
}

TEST_F(RecordReader, takes_a_torn_end_for_normal_wherever_it_is_torn) {
  const std::string last = line("last");
  for (std::size_t size = 1; size + 2 < last.size(); ++size) {
    EXPECT_EQ(read(line("a") + last.substr(0, size)), Texts{"a"});
    EXPECT_EQ(skipped, 0U);
    EXPECT_TRUE(torn);
  }
  EXPECT_EQ(read(line("a") + last.substr(0, last.size() - 1)), (Texts{"a", "last"}));
  EXPECT_FALSE(torn);
}

TEST_F(RecordReader, joins_lines_across_the_pieces_it_reads) {
  std::string content;
  Texts expected;
  for (const std::size_t size : {10U, 1U << 20U, 3U, (1U << 20U) - 100U, 5U << 20U, 1U, 1U << 16U}) {
    expected.emplace_back(size, 'x');
    content += line(expected.back());
  }
  EXPECT_EQ(read(content), expected);
}

TEST_F(RecordReader, tells_why_a_file_cannot_be_read) {
  const auto missing = Reader::open(folder.file("missing"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), std::errc::no_such_file_or_directory);
  auto a_folder = Reader::open(folder.path().string());
  ASSERT_TRUE(a_folder);
  EXPECT_FALSE(a_folder->next());
  ASSERT_TRUE(a_folder->failure());
  EXPECT_EQ(a_folder->failure()->code(), std::errc::is_a_directory);
}

}  // namespace
}  // namespace zenws::record

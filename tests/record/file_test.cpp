// Lines on a disk, and what happens when somebody else has a hand in it.
#include "record/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <zenws/log.hpp>

#include "support/scratch_folder.hpp"

namespace zenws::record {
namespace {

using testing::content_of;
using testing::ScratchFolder;
using testing::write_file;

struct RecordFile : ::testing::Test {
  ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");
};

TEST_F(RecordFile, is_made_for_its_owner_only) {
  const mode_t before = ::umask(0);
  File file{path, {}};
  EXPECT_FALSE(file.append("a\n").error);
  ::umask(before);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(content_of(path), "a\n");
}

TEST_F(RecordFile, is_appended_to) {
  write_file(path, "old\n");
  EXPECT_FALSE((File{path, {}}.append("new\n").error));
  EXPECT_EQ(content_of(path), "old\nnew\n");
}

TEST_F(RecordFile, begins_on_a_fresh_line_behind_one_that_was_torn) {
  write_file(path, "old\n{\"ts\":\"20");
  EXPECT_FALSE((File{path, {}}.append("new\n").error));
  EXPECT_EQ(content_of(path), "old\n{\"ts\":\"20\nnew\n");
}

TEST_F(RecordFile, is_made_again_when_it_was_taken_away) {
  File file{path, {}};
  EXPECT_FALSE(file.append("a\n").error);
  std::filesystem::remove(path);
  file.look_again();
  EXPECT_FALSE(file.append("b\n").error);
  EXPECT_EQ(content_of(path), "b\n");
}

TEST_F(RecordFile, goes_on_at_its_own_path_when_it_was_renamed) {
  File file{path, {}};
  EXPECT_FALSE(file.append("a\n").error);
  std::filesystem::rename(path, path + ".old");
  file.look_again();
  EXPECT_FALSE(file.append("b\n").error);
  EXPECT_EQ(content_of(path + ".old"), "a\n");
  EXPECT_EQ(content_of(path), "b\n");
}

TEST_F(RecordFile, rotates_by_size_and_keeps_as_many_as_told) {
  File file{path, {.rotate_at = 4, .rotated_files = 2}};
  for (const char* line : {"one\n", "two\n", "three\n", "four\n"}) EXPECT_FALSE(file.append(line).error);
  EXPECT_EQ(content_of(path), "four\n");
  EXPECT_EQ(content_of(path + ".1"), "three\n");
  EXPECT_EQ(content_of(path + ".2"), "two\n");
  EXPECT_FALSE(std::filesystem::exists(path + ".3"));
}

TEST_F(RecordFile, says_what_failed_and_works_again_when_that_is_mended) {
  const std::string far = folder.file("missing/session.jsonl");
  File file{far, {}};
  EXPECT_EQ(file.append("a\n").error, std::errc::no_such_file_or_directory);
  std::filesystem::create_directory(folder.file("missing"));
  EXPECT_EQ(file.append("a\n").bytes, 2U);
  EXPECT_FALSE(file.sync());
  EXPECT_EQ(content_of(far), "a\n");
}

TEST_F(RecordFile, is_refused_while_another_process_records_to_it) {
  const int other = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  File file{path, {}};
  EXPECT_EQ(file.append("a\n").error, std::errc::operation_would_block);
  ::close(other);
  EXPECT_FALSE(file.append("a\n").error);
}

TEST_F(RecordFile, is_not_what_a_link_points_to) {
  const std::string precious = folder.file("precious");
  write_file(precious, "precious\n");
  std::filesystem::create_symlink(precious, path);
  EXPECT_EQ((File{path, {}}.append("a\n").error), std::errc::too_many_symbolic_link_levels);
  EXPECT_EQ(content_of(precious), "precious\n");
}

TEST_F(RecordFile, follows_no_link_that_took_its_place) {
  File file{path, {}};
  EXPECT_FALSE(file.append("a\n").error);
  std::filesystem::rename(path, path + ".old");
  std::filesystem::create_symlink(path + ".old", path);
  file.look_again();
  EXPECT_EQ(file.append("b\n").error, std::errc::too_many_symbolic_link_levels);
}

TEST_F(RecordFile, that_others_could_read_is_closed_to_them_and_told) {
  write_file(path, "old\n");
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  std::string said;
  set_logger([&](LogLevel level, std::string_view line) {
    if (level == LogLevel::warning) said += line;
  });
  EXPECT_FALSE((File{path, {}}.append("new\n").error));
  set_logger({});
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_NE(said.find("mode 644"), std::string::npos) << said;
}

}  // namespace
}  // namespace zenws::record

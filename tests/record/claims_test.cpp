// One recording a file.
#include "record/claims.hpp"

#include <filesystem>
#include <optional>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "support/scratch_folder.hpp"

namespace zenws::record {
namespace {

struct RecordClaim : ::testing::Test {
  testing::ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");
};

TEST_F(RecordClaim, is_refused_while_it_is_held_and_free_after) {
  std::optional<Result<Claim>> first{Claim::take(path)};
  ASSERT_TRUE(*first);
  const auto second = Claim::take(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), errc::recorder_failed);
  EXPECT_EQ(second.error().detail(), "record_to " + path + ": another client records to this file");
  first.reset();
  EXPECT_TRUE(Claim::take(path));
}

TEST_F(RecordClaim, knows_a_file_by_its_other_names) {
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "link");
  const auto claim = Claim::take(path);
  ASSERT_TRUE(claim);
  EXPECT_FALSE(Claim::take(folder.file("./session.jsonl")));
  EXPECT_FALSE(Claim::take(folder.file("link/session.jsonl")));
  EXPECT_TRUE(Claim::take(folder.file("other.jsonl")));
}

TEST_F(RecordClaim, is_for_files_only) {
  const auto a_folder = Claim::take(folder.path().string());
  ASSERT_FALSE(a_folder);
  EXPECT_EQ(a_folder.error(), errc::invalid_config);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto a_pipe = Claim::take(path);
  ASSERT_FALSE(a_pipe);
  EXPECT_EQ(a_pipe.error(), errc::invalid_config);
}

}  // namespace
}  // namespace zenws::record

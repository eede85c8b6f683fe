// `zenws report` as people run it.
#include "recordings/report.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recordings/report_files.hpp"
#include "support/scratch_folder.hpp"
#include "tools/child.hpp"
#include "tools/recording_lines.hpp"

namespace zenws::program {
namespace {

using testing::content_of;
using ::testing::HasSubstr;
using ::testing::Not;

struct ReportCommand : ::testing::Test {
  ReportCommand() { RecordingLines{}.connect().update("trades.</script>").write_to(file); }
  testing::ScratchFolder folder;
  std::string file = folder.file("session.jsonl");
  std::string page = folder.file("report.html");
};

TEST_F(ReportCommand, writes_one_page_and_says_how_large_it_is) {
  const Ended ended = run({"report", file, "-o", page});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr(page + ": "));
  EXPECT_THAT(content_of(page), HasSubstr(R"("channel":"trades.\u003c/script\u003e")"));
  EXPECT_THAT(content_of(page), Not(HasSubstr("trades.</script>")));
  EXPECT_FALSE(std::filesystem::exists(page + ".part"));
}

TEST_F(ReportCommand, says_what_is_missing_when_it_has_no_charts) {
  const Ended ended = run({"report", file, "-o", page});
  const auto advice = HasSubstr("npm ci --prefix tools/report");
  if (report_files.charts.empty()) {
    EXPECT_THAT(ended.err, advice);
  } else {
    EXPECT_THAT(ended.err, Not(advice));
    EXPECT_THAT(content_of(page), HasSubstr("Chart.js"));
  }
}

TEST_F(ReportCommand, does_not_replace_the_recording) {
  const std::string before = content_of(file);
  EXPECT_EQ(run({"report", file, "-o", file}).exit_code, code_of(Exit::usage));
  EXPECT_EQ(content_of(file), before);
}

TEST_F(ReportCommand, leaves_the_last_page_when_the_recording_cannot_be_read) {
  testing::write_file(page, "the last one");
  EXPECT_EQ(run({"report", folder.file("missing"), "-o", page}).exit_code, code_of(Exit::failed));
  EXPECT_EQ(content_of(page), "the last one");
}

TEST_F(ReportCommand, says_so_when_the_page_cannot_be_written) {
  const Ended ended = run({"report", file, "-o", folder.file("nowhere/report.html")});
  EXPECT_EQ(ended.exit_code, code_of(Exit::failed));
  EXPECT_THAT(ended.err, HasSubstr("cannot be written"));
}

TEST_F(ReportCommand, makes_a_page_of_an_empty_recording) {
  testing::write_file(file, "");
  EXPECT_EQ(run({"report", file, "-o", page}).exit_code, 0);
}

}  // namespace
}  // namespace zenws::program

// The page of `zenws report` in Chromium, as people see it. Screenshots stay beside the program, in report-screenshots.
#include <filesystem>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "recordings/report_files.hpp"
#include "support/child_process.hpp"
#include "support/npm.hpp"
#include "support/scratch_folder.hpp"
#include "tools/child.hpp"
#include "tools/recording_lines.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using support::ChildProcess;
using support::find_program;
using ::testing::HasSubstr;

// Some minutes of a feed with requests, a lost connection and a name that would like to be markup.
RecordingLines feed() {
  RecordingLines lines;
  lines.connect();
  for (int i = 0; i < 3000; ++i) {
    lines.after(std::chrono::microseconds{1000 + 97 * (i % 500)}).update("trades." + std::to_string(i % 7));
    if (i % 100 == 0) {
      const std::string id = std::to_string(i);
      lines.out(R"({"id":)" + id + R"(,"method":"public/test"})");
      lines.after(std::chrono::milliseconds{1 + i % 17}).in(R"({"id":)" + id + R"(,"result":{}})");
    }
    if (i == 1500) lines.disconnect("</script><script>window.broken = true</script>").after(7s).epoch(2).connect();
  }
  lines.update(R"("><img src=x onerror="window.broken = true">)").update("{{nonce}}").update("</script><!--");
  return lines;
}

const std::filesystem::path scripts = std::filesystem::path{ZENWS_SOURCE_DIR} / "tests" / "tools" / "report";

// What look.mjs found; throws what hinders it.
nlohmann::json looks_at(const std::string& page) {
  const std::filesystem::path screenshots = std::filesystem::path{ZENWS_PROGRAM}.parent_path() / "report-screenshots";
  std::filesystem::create_directories(screenshots);
  ChildProcess look{{"node", scripts / "look.mjs", find_program("chromium"), page, screenshots}};
  const auto found = look.wait_for_line("looks", 50s);
  if (!found) throw std::runtime_error{"Chromium did not come back: " + look.unread()};
  return nlohmann::json::parse(*found);
}

TEST(ReportInBrowser, has_all_charts_offline_in_both_schemes_narrow_and_wide) {
  for (const char* const program : {"node", "npm", "chromium"}) {
    if (find_program(program).empty()) GTEST_SKIP() << program << " is not installed";
  }
  if (const auto why = support::why_no_node_modules(scripts)) GTEST_SKIP() << *why;
  if (report_files.charts.empty()) GTEST_SKIP() << "the program was built without Chart.js";
  const testing::ScratchFolder folder;
  const std::string recording = folder.file("<b>'\"&.jsonl");
  const std::string page = folder.file("report.html");
  feed().write_to(recording);
  ASSERT_EQ(run({"report", recording, "-o", page}).exit_code, 0);

  const nlohmann::json looks = looks_at(page);
  ASSERT_EQ(looks.size(), 4U);
  for (const nlohmann::json& look : looks) {
    SCOPED_TRACE(look["scheme"].get<std::string>() + " " + look["width"].dump());
    EXPECT_EQ(look["charts"], 8);
    EXPECT_EQ(look["blank"], 0);
    EXPECT_EQ(look["errors"], nlohmann::json::array());
    EXPECT_EQ(look["requests"], 1) << "the page itself";
    EXPECT_EQ(look["overflow"], 0) << "it scrolls sideways";
    EXPECT_EQ(look["notice"], false);
    EXPECT_EQ(look["title"], "<b>'\"&.jsonl");
    EXPECT_EQ(look["broken"], false) << "recorded text ran as script";
    EXPECT_EQ(look["foreign"], 0) << "recorded text became markup";
    EXPECT_THAT(look["text"].get<std::string>(), HasSubstr("</script><script>window.broken = true</script>"));
  }
  EXPECT_NE(looks[0]["background"], looks[2]["background"]) << "light and dark";
}

}  // namespace
}  // namespace zenws::program

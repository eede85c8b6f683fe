// How the page is put together.
#include "recordings/report_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Fill, puts_in_what_is_named_and_leaves_the_rest) {
  EXPECT_EQ(fill("a {{x}} b {{y}} {{x}}", {{"x", "1"}, {"y", "2"}}), "a 1 b 2 1");
  EXPECT_EQ(fill("no {{names}", {{"names", "1"}}), "no {{names}");
  EXPECT_EQ(fill("{{unknown}}.", {}), ".");
}

TEST(Fill, does_not_look_into_what_it_has_put_in) {
  EXPECT_EQ(fill("{{x}}", {{"x", "{{x}}{{y}}"}, {"y", "no"}}), "{{x}}{{y}}");
}

TEST(ReportPage, allows_its_own_scripts_only_and_loads_nothing) {
  const std::string page = report_page(report_files, "{}", "0123456789abcdef");
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("script-src 'nonce-0123456789abcdef'"));
  EXPECT_THAT(page, HasSubstr(R"(<script type="application/json" id="data">{}</script>)"));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, Not(HasSubstr(" src=")));
}

TEST(ReportPage, says_how_to_get_charts_when_there_are_none) {
  ReportFiles files = report_files;
  files.charts = "";
  EXPECT_THAT(report_page(files, "{}", "0"), HasSubstr("npm ci --prefix tools/report"));
}

}  // namespace
}  // namespace zenws::program

// The files of tools/report, as the build has put them into the program.
#pragma once

#include <string_view>

namespace zenws::program {

struct ReportFiles {
  std::string_view page;
  std::string_view style;
  std::string_view charts;  // Chart.js; empty when the build could not have it
  std::string_view text;
  std::string_view timeline;
  std::string_view plots;
};
extern const ReportFiles report_files;

}  // namespace zenws::program

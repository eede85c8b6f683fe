// `zenws report`: what it was asked to do.
#pragma once

#include <memory>
#include <string>

#include <zenws/dialect.hpp>

#include "exit_codes.hpp"

namespace zenws::program {

struct ReportArguments {
  std::string file;
  std::string output = "report.html";
  std::shared_ptr<const Dialect> dialect;  // as EntryReader's
};

[[nodiscard]] Exit run_report(const ReportArguments& arguments);

}  // namespace zenws::program

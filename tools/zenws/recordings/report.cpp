#include "recordings/report.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>

#include <fmt/format.h>

#include "console/amounts.hpp"
#include "console/output.hpp"
#include "recordings/report_data.hpp"
#include "recordings/report_page.hpp"
#include "recordings/scan.hpp"

namespace zenws::program {
namespace {

std::string random_nonce() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

// Beside its place first: a page that is there already stays until the new one is whole.
std::error_code write_page(const std::string& path, const std::string& page) {
  const std::string beside = path + ".part";
  errno = 0;
  std::ofstream file{beside, std::ios::binary | std::ios::trunc};
  file << page;
  file.close();
  std::error_code failure;
  if (file) {
    std::filesystem::rename(beside, path, failure);
  } else {
    failure = {errno == 0 ? EIO : errno, std::system_category()};
  }
  std::error_code ignored;
  if (failure) std::filesystem::remove(beside, ignored);
  return failure;
}

}  // namespace

Exit run_report(const ReportArguments& arguments) {
  std::error_code ignored;
  if (std::filesystem::equivalent(arguments.file, arguments.output, ignored)) {
    say("the report would replace the recording; give another name with -o");
    return Exit::usage;
  }
  ReportData data;
  const Result<Scanned> scanned =
      scan(arguments.file, arguments.dialect, [&data](const Seen& seen) { data.add(seen); });
  if (!scanned) {
    say_error("cannot read " + arguments.file, scanned.error());
    return Exit::failed;
  }
  data.finish(*scanned);
  const std::string name = std::filesystem::path{arguments.file}.filename().string();
  const std::string page = report_page(report_files, data.json(name), random_nonce());
  if (const std::error_code failure = write_page(arguments.output, page)) {
    say(fmt::format("{} cannot be written: {}", arguments.output, failure.message()));
    return Exit::failed;
  }
  say(fmt::format("{}: {}", arguments.output, show_bytes(page.size())));
  if (report_files.charts.empty()) {
    say("it has no charts, because the program was built without Chart.js");
    say(fmt::format("  {}", charts_remedy));
  }
  return Exit::ok;
}

}  // namespace zenws::program

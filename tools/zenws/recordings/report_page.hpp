// The page of a report, put together.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recordings/report_files.hpp"

namespace zenws::program {

// `text` with each {{name}} replaced; what is put in is not looked into. Names that are not given are left out.
[[nodiscard]] std::string fill(std::string_view text,
                               const std::vector<std::pair<std::string_view, std::string_view>>& values);

// One HTML file that needs nothing else. `data`: ReportData::json(). `nonce`: what no recorded text can know.
[[nodiscard]] std::string report_page(const ReportFiles& files, std::string_view data, std::string_view nonce);

// How a program that has no charts gets them.
inline constexpr std::string_view charts_remedy =
    "In the source folder, with npm and network: npm ci --prefix tools/report; build the program again.";

}  // namespace zenws::program

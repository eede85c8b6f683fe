#include "recordings/report_page.hpp"

#include <algorithm>

namespace zenws::program {

std::string fill(std::string_view text, const std::vector<std::pair<std::string_view, std::string_view>>& values) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find("{{");
    const std::size_t end = begin == std::string_view::npos ? begin : text.find("}}", begin);
    if (end == std::string_view::npos) return out.append(text);
    out += text.substr(0, begin);
    const std::string_view name = text.substr(begin + 2, end - begin - 2);
    const auto found = std::ranges::find(values, name, &std::pair<std::string_view, std::string_view>::first);
    if (found != values.end()) out += found->second;
    text.remove_prefix(end + 2);
  }
}

std::string report_page(const ReportFiles& files, std::string_view data, std::string_view nonce) {
  std::string script;
  for (const std::string_view part : {files.text, files.timeline, files.plots}) script.append(part).append("\n");
  return fill(files.page, {{"nonce", nonce},
                           {"style", files.style},
                           {"data", data},
                           {"charts", files.charts},
                           {"script", script},
                           {"remedy", charts_remedy}});
}

}  // namespace zenws::program

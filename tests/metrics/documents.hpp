// What the guide and the dashboard say of metrics.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace zenws::metrics {

inline std::string document(const std::string& path) {
  std::ifstream file{std::filesystem::path{ZENWS_SOURCE_DIR} / path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline std::string guide() { return document("docs/guide/metrics.md"); }
inline std::string dashboard() { return document("docs/grafana/zenws.json"); }

// The names of metrics in a text.
inline std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names;
  for (std::size_t at = text.find("zenws_"); at != std::string_view::npos; at = text.find("zenws_", at + 1)) {
    const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at);
    names.emplace(text.substr(at, end - at));
  }
  return names;
}

// The text between the fences of the guide's first block of that language.
inline std::string block(std::string_view text, std::string_view language) {
  const std::string opening = "```" + std::string{language} + "\n";
  const std::size_t begin = text.find(opening);
  if (begin == std::string_view::npos) return {};
  const std::size_t from = begin + opening.size();
  return std::string{text.substr(from, text.find("```", from) - from)};
}

// Every query of the dashboard for a job, its variables replaced as Grafana would.
inline std::vector<std::string> queries_of(const nlohmann::json& dashboard, std::string_view job) {
  const auto replace = [](std::string query, std::string_view variable, std::string_view value) {
    for (std::size_t at = query.find(variable); at != std::string::npos; at = query.find(variable)) {
      query.replace(at, variable.size(), value);
    }
    return query;
  };
  std::vector<std::string> queries;
  for (const auto& panel : dashboard.at("panels")) {
    for (const auto& target : panel.value("targets", nlohmann::json::array())) {
      queries.push_back(replace(replace(target.at("expr"), "$__rate_interval", "5m"), "$job", job));
    }
  }
  return queries;
}

}  // namespace zenws::metrics

#include "pool/pool_table.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "console/amounts.hpp"
#include "console/escape.hpp"
#include "console/status_line.hpp"

namespace zenws::program {
namespace {

using Row = std::array<std::string, 9>;
using Widths = std::array<std::size_t, 9>;

constexpr std::size_t endpoint = 1;  // its column
const Row titles{"id", "endpoint", "state", "score", "p99", "errors", "pending", "restarts", "routed"};
// So that columns seldom move.
constexpr Widths narrowest{2, 8, 12, 5, 5, 6, 7, 8, 6};

Row row_of(const PoolLine& line) {
  const ClientHealth& health = line.health;
  return {std::to_string(health.client.id()),
          line.endpoint,
          std::string{to_string(health.state)},
          std::to_string(health.score),
          health.p99 ? fmt::format("{} ms", *health.p99) : "-",
          std::to_string(health.errors),
          std::to_string(health.pending),
          std::to_string(line.restarts),
          grouped(line.routed)};
}

Widths widths_of(const std::vector<Row>& rows, std::size_t most) {
  Widths widths = narrowest;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  const std::size_t all = std::accumulate(widths.begin(), widths.end(), widths.size() - 1);
  if (all > most)
    widths[endpoint] = std::max(narrowest[endpoint], widths[endpoint] - std::min(widths[endpoint], all - most));
  return widths;
}

std::string show_row(const Row& row, const Widths& widths) {
  std::string name = row[endpoint];
  if (name.size() > widths[endpoint]) name = "…" + name.substr(name.size() - widths[endpoint] + 1);
  return fmt::format("{:>{}} {:<{}} {:<{}} {:>{}} {:>{}} {:>{}} {:>{}} {:>{}} {:>{}}\n", row[0], widths[0], name,
                     widths[1], row[2], widths[2], row[3], widths[3], row[4], widths[4], row[5], widths[5], row[6],
                     widths[6], row[7], widths[7], row[8], widths[8]);
}

}  // namespace

std::string show_endpoint(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  std::string_view rest = url.substr(host);
  rest = rest.substr(0, rest.find_first_of("?#"));
  const std::size_t user = rest.substr(0, rest.find('/')).rfind('@');
  if (user != std::string_view::npos) rest.remove_prefix(user + 1);
  return std::string{url.substr(0, host)} + escaped(rest);
}

std::string show_pool(const std::vector<PoolLine>& lines, const PoolSum& sum, std::size_t width) {
  std::vector<Row> rows{titles};
  for (const PoolLine& line : lines) rows.push_back(row_of(line));
  const Widths widths = widths_of(rows, width);
  std::string text;
  for (const Row& row : rows) text += show_row(row, widths);
  const std::string failure = sum.last_error.empty() ? "" : "; the last failure: " + sum.last_error;
  const std::string last = fmt::format("{} {} ({:.0f}/s), failed {}, failovers {}{}", sum.verb, grouped(sum.done),
                                       sum.rate, grouped(sum.failed), grouped(sum.failovers), failure);
  return text + cut_to_width(last, width) + "\n";
}

}  // namespace zenws::program

// See pool_table.hpp.
#include "pool/pool_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "console/amounts.hpp"
#include "console/escape.hpp"

namespace zenws::program {

std::string show_endpoint(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  std::string_view rest = url.substr(host);
  rest = rest.substr(0, rest.find_first_of("?#"));
  const std::size_t user = rest.substr(0, rest.find('/')).rfind('@');
  if (user != std::string_view::npos) rest.remove_prefix(user + 1);
  return std::string{url.substr(0, host)} + escaped(rest);
}

std::string show_pool(const std::vector<PoolLine>& lines, const PoolSum& sum) {
  std::size_t width = 8;
  for (const PoolLine& line : lines) width = std::max(width, line.endpoint.size());
  std::string text = fmt::format("{:>4}  {:<{}}  {:<12}  {:>5}  {:>8}  {:>6}  {:>7}  {:>8}  {:>12}\n", "id", "endpoint",
                                 width, "state", "score", "p99", "errors", "pending", "restarts", "routed");
  for (const auto& [health, endpoint, routed, restarts] : lines) {
    text +=
        fmt::format("{:>4}  {:<{}}  {:<12}  {:>5}  {:>8}  {:>6}  {:>7}  {:>8}  {:>12}\n", health.client.id(), endpoint,
                    width, to_string(health.state), health.score, health.p99 ? fmt::format("{} ms", *health.p99) : "-",
                    health.errors, health.pending, restarts, grouped(routed));
  }
  text += fmt::format("{} {} ({:.0f}/s), failed {}, failovers {}{}\n", sum.verb, grouped(sum.done), sum.rate,
                      grouped(sum.failed), grouped(sum.failovers),
                      sum.last_error.empty() ? "" : "; the last failure: " + sum.last_error);
  return text;
}

}  // namespace zenws::program

// The grammar of targets.
#include "server/work.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string>

namespace bench {

namespace {

// The value of `name` in a query, or 0.
std::uint64_t number_in(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (!pair.starts_with(name) || pair.substr(name.size(), 1) != "=") continue;
    std::uint64_t value = 0;
    std::from_chars(pair.data() + name.size() + 1, pair.data() + pair.size(), value);
    return value;
  }
  return 0;
}

struct Path {
  std::string_view name;
  Mode mode;
};
constexpr std::array paths{Path{"/echo", Mode::echo},   Path{"/flood", Mode::flood}, Path{"/sink", Mode::sink},
                           Path{"/reply", Mode::reply}, Path{"/tick", Mode::tick},   Path{"/hold", Mode::hold},
                           Path{"/drop", Mode::drop}};

Mode mode_of(std::string_view name) {
  const auto* path = std::ranges::find(paths, name, &Path::name);
  if (path == paths.end()) throw std::runtime_error{"no such path: " + std::string{name}};
  return path->mode;
}

}  // namespace

Work read_work(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view query = target.substr(std::min(path.size() + 1, target.size()));
  return {.mode = mode_of(path),
          .messages = number_in(query, "n"),
          .size = static_cast<std::size_t>(number_in(query, "size")),
          .batch = number_in(query, "batch")};
}

}  // namespace bench

// See terminal.hpp.
#include "console/terminal.hpp"

#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace zenws::program {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

bool can_rewrite(int descriptor) {
  const std::string_view terminal = variable("TERM");
  return !terminal.empty() && terminal != "dumb" && ::isatty(descriptor) == 1;
}

bool can_show_colour(int descriptor) { return variable("NO_COLOR").empty() && can_rewrite(descriptor); }

}  // namespace zenws::program

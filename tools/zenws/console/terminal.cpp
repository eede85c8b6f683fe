#include "console/terminal.hpp"

#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace zenws::program {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody writes it
  return value != nullptr ? value : "";
}

}  // namespace

bool can_rewrite(int descriptor) {
  const std::string_view terminal = variable("TERM");
  return !terminal.empty() && terminal != "dumb" && ::isatty(descriptor) == 1;
}

bool can_show_colour(int descriptor) { return variable("NO_COLOR").empty() && can_rewrite(descriptor); }

std::size_t terminal_width(int descriptor) {
  winsize size{};
  const bool is_known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

}  // namespace zenws::program

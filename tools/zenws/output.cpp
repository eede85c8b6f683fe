// See output.hpp.
#include "output.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <unistd.h>

#include <fmt/format.h>

#include "escape.hpp"
#include "signals.hpp"

namespace zenws::program {

Written write_all(int descriptor, std::string_view text, const Signals& signals) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      return Written::nobody_reads;
    } else if (errno != EINTR) {
      return Written::failed;
    }
    if (!text.empty() && signals.asked_to_end()) return Written::interrupted;
  }
  return Written::all;
}

void say(std::string_view line) {
  const std::string whole = fmt::format("zenws: {}\n", escaped(line));
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

void say_error(std::string_view what_failed, const Error& error) {
  const Explanation why = explain(error);
  say(fmt::format("{}: {}", what_failed, to_string(error)));
  say(fmt::format("  {}", why.suggestion));
  say(fmt::format("  see {}", why.docs_url));
}

void log_to_stderr(LogLevel least) {
  set_logger([least](LogLevel level, std::string_view line) {
    if (level >= least) say(fmt::format("{}: {}", to_string(level), line));
  });
}

}  // namespace zenws::program

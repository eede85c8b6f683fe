#include "console/output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <poll.h>
#include <unistd.h>

#include <climits>
#include <fmt/format.h>

#include "console/escape.hpp"
#include "console/remedy.hpp"
#include "console/signals.hpp"

namespace zenws::program {

namespace {
// What a pipe that poll() calls writable takes at once (POSIX: write to a pipe, atomicity).
constexpr std::size_t never_blocks = PIPE_BUF;
}  // namespace

Written write_all(int descriptor, std::string_view text, const Signals& signals,
                  std::chrono::steady_clock::time_point deadline) {
  while (!text.empty()) {
    pollfd entries[] = {{.fd = descriptor, .events = POLLOUT, .revents = 0},
                        {.fd = signals.descriptor(), .events = POLLIN, .revents = 0}};
    ::poll(entries, std::size(entries), milliseconds_until(deadline));
    if (entries[0].revents == 0) {
      if (signals.asked_to_end() || std::chrono::steady_clock::now() >= deadline) return Written::interrupted;
      continue;
    }
    const ssize_t written = ::write(descriptor, text.data(), std::min(text.size(), never_blocks));
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      return Written::nobody_reads;
    } else if (errno != EINTR && errno != EAGAIN) {
      return Written::failed;
    }
  }
  return Written::all;
}

bool tell_url(const std::string& url, const Signals& signals) {
  if (write_all(STDOUT_FILENO, url + "\n", signals) != Written::failed) return true;
  say("the URL cannot be written to stdout");
  return false;
}

void say(std::string_view line) {
  const std::string whole = fmt::format("zenws: {}\n", escaped(line));
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

void say_error(std::string_view what_failed, const Error& error) {
  const Explanation why = explain(error);
  say(fmt::format("{}: {}", what_failed, to_string(error)));
  say(fmt::format("  {}", for_program(why.suggestion)));
  say(fmt::format("  see {}", why.docs_url));
}

void log_to_stderr(LogLevel least) {
  set_logger([least](LogLevel level, std::string_view line) {
    if (level >= least) say(fmt::format("{}: {}", to_string(level), line));
  });
}

}  // namespace zenws::program

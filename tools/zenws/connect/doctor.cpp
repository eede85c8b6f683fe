#include "connect/doctor.hpp"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include <zenws/doctor.hpp>

#include "connect/explain.hpp"
#include "connect/outcome.hpp"
#include "connect/refusal.hpp"
#include "console/duration.hpp"
#include "console/escape.hpp"
#include "console/output.hpp"
#include "console/remedy.hpp"

namespace zenws::program {
namespace {

void print_step(std::string_view phase, std::string_view time, std::string_view text) {
  fmt::print("{:<9} {:>8}  {}\n", phase, time, escaped(text));
  std::fflush(stdout);
}

}  // namespace

Exit run_doctor(const std::string& url, const Options& options) {
  using Clock = std::chrono::steady_clock;
  log_to_stderr(LogLevel::warning);
  const auto begin = Clock::now();
  auto step_begin = begin;
  // Called on the client's loop while this thread waits in diagnose(); never both at once.
  const auto on_step = [&step_begin](const DoctorStep& step) {
    print_step(to_string(step.phase), show_duration(step.took), step.text);
    step_begin = Clock::now();
  };
  const Result<> done = diagnose(url, options, on_step);
  if (done) {
    fmt::print("healthy: open in {}\n", show_duration(Clock::now() - begin));
    return Exit::ok;
  }
  const Error& error = done.error();
  print_step(to_string(error.phase()), show_duration(Clock::now() - step_begin), "FAILED");
  Explanation why = explain(error);
  why.suggestion = for_program(why.suggestion);
  print_explanation(why);
  for (const std::string& line : refusal_lines(error, options.headers)) fmt::print("  answer  {}\n", line);
  return exit_of(error, false);
}

}  // namespace zenws::program

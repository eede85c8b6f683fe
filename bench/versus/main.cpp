// A program for each library: does one work, prints what it measured as one JSON object. Ends by itself when it hangs.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "versus/works.hpp"

namespace bench {

void Events::fail(std::string_view why) {
  fmt::print(stderr, "failed: {}\n", why);
  std::fflush(stderr);
  std::_Exit(1);
}

namespace {

constexpr unsigned longest_life_seconds = 120;

void describe(CLI::App& app, Job& job) {
  app.add_option("work", job.work, "what to do")->required();
  app.add_option("--port", job.place.port, "of the server on this machine")->required();
  app.add_option("--certificate", job.place.certificate, "PEM file to trust: speak TLS");
  app.add_option("--messages", job.messages, "how many");
  app.add_option("--size", job.size, "bytes of a message")->check(CLI::Range(std::size_t{2}, std::size_t{1} << 24U));
  app.add_option("--connections", job.connections, "how many")->check(CLI::PositiveNumber);
  app.add_option("--loops", job.loops, "threads that serve them")->check(CLI::PositiveNumber);
  app.add_option("--seconds", job.seconds, "how long")->check(CLI::PositiveNumber);
}

void allow_many_connections() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

Figures run(const Job& job) {
  if (std::optional<Figures> figures = run_own(job)) return *std::move(figures);
  const Work work = find_work(job.work);
  if (work == nullptr) Events::fail("no such work: " + job.work);
  const std::unique_ptr<Library> library = make_library(job);
  Figures figures = work(*library, job);
  return figures;
}

void print(const Figures& figures) {
  std::string members;
  for (const auto& [name, value] : figures) {
    members += fmt::format(R"({}"{}":{:.4f})", members.empty() ? "" : ",", name, value);
  }
  fmt::print("{{{}}}\n", members);
  std::fflush(stdout);
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
  CLI::App app{"One work of the side-by-side benchmark, by one library"};
  bench::Job job;
  bench::describe(app, job);
  CLI11_PARSE(app, argc, argv);
  try {
    ::alarm(bench::longest_life_seconds);
    bench::allow_many_connections();
    bench::print(bench::run(job));
  } catch (const std::exception& failure) {
    bench::Events::fail(failure.what());
  }
}

// zenws_bench: reads the command line, holds the contests, prints what they say.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "contests.hpp"
#include "measure.hpp"
#include "report.hpp"
#include "server_process.hpp"
#include "trade.hpp"

namespace {

struct Arguments {
  std::string contest = "all";
  bench::Settings settings;
  int rounds = 5;
  bool json = false;
};

void describe(CLI::App& app, Arguments& arguments) {
  app.add_option("contest", arguments.contest, "what to measure")
      ->check(CLI::IsMember({"echo", "receive", "record", "send", "all"}))
      ->capture_default_str();
  app.add_option("--rounds", arguments.rounds, "rounds; in each, every side runs once")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--messages", arguments.settings.messages, "messages of a run")->check(CLI::PositiveNumber);
  app.add_option("--size", arguments.settings.size, "bytes of a message")
      ->check(CLI::Range(bench::smallest_trade, std::size_t{0xFFFF}))
      ->capture_default_str();
  app.add_flag("--json", arguments.json, "print JSON instead of a table");
}

void run(Arguments arguments) {
  const bench::ServerProcess server;
  arguments.settings.port = server.port();
  std::vector<bench::Row> rows;
  for (const bench::Contest& contest : bench::contests(arguments.contest, arguments.settings)) {
    std::vector<bench::Row> more = bench::hold(contest, arguments.rounds);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  const std::string report = arguments.json ? bench::json(rows) : bench::table(rows);
  std::fputs(report.c_str(), stdout);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"CPU of zenws a message, against bare sockets and a neutral server"};
  Arguments arguments;
  describe(app, arguments);
  CLI11_PARSE(app, argc, argv);
  try {
    run(std::move(arguments));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "zenws_bench: {}\n", failure.what());
    return 1;
  }
}

// The commands about recordings: inspect, replay, report. See commands.hpp.
#include <memory>
#include <string>

#include "command_line/command_line.hpp"
#include "command_line/commands.hpp"
#include "command_line/option_values.hpp"
#include "recordings/inspect.hpp"
#include "recordings/replay.hpp"
#include "recordings/report.hpp"

namespace zenws::program {

namespace {

constexpr const char* names_of_channels = "How channels are named there: deribit or binance (either)";

}  // namespace

void add_inspect(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<InspectArguments>();
  InspectArguments& arguments = *kept;
  CLI::App& app = *program.add_subcommand("inspect", "What recordings hold");
  app.add_option("FILE", arguments.files, "Recordings")->required()->type_name("FILE…");
  app.add_flag("--json", arguments.json, "A line of JSON a file instead of a table");
  app.add_option("--top", arguments.top, "Channels shown, those with the most messages (20)")
      ->check(CLI::Range(1, 10'000))
      ->type_name("N");
  add_dialect(app, arguments.dialect, names_of_channels);
  app.footer("Exit code: 0, or 5 when a file cannot be read.");
  app.callback([kept, &exit] { exit = run_inspect(*kept); });
}

void add_replay(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<ReplayArguments>();
  ReplayArguments& arguments = *kept;
  CLI::App& app = *program.add_subcommand("replay", "The messages of a recording again, in their time");
  app.add_option("FILE", arguments.file, "The recording")->required()->type_name("FILE");
  add_parsed(
      app, "--speed", parse_speed, [&arguments](double speed) { arguments.speed = speed; }, "a number above 0, or max",
      "So many times faster; max does not wait (1)")
      ->type_name("N");
  CLI::Option* const dir = add_parsed(
      app, "--dir", parse_direction,
      [&arguments](RecordedEntry::Direction direction) { arguments.direction = direction; }, "in or out",
      "Print only what was received (in) or sent (out)");
  dir->type_name("in|out");
  CLI::Option* const port =
      app.add_option("--to-port", arguments.port, "Serve it on this port of 127.0.0.1 instead; 0: any free one")
          ->check(port_number())
          ->type_name("PORT")
          ->excludes(dir);
  app.add_flag("--wait", arguments.wait_for_message, "Serving: begin with the client's first message")->needs(port);
  app.add_flag("--stay", arguments.stay, "Serving: keep the connection open at the end")->needs(port);
  app.footer(
      "Printed as by connect. Without --dir, what was received stands behind `< `, what was sent behind `> `.\n"
      "Served is what was received; each client gets all of it, from the beginning. The URL goes to stdout.\n"
      "Exit code: 0 at the end or on Ctrl-C, 1 wrong arguments, 5 when the file cannot be read or the port be had.");
  app.callback([kept, &exit] { exit = run_replay(*kept); });
}

void add_report(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<ReportArguments>();
  ReportArguments& arguments = *kept;
  CLI::App& app = *program.add_subcommand("report", "A recording as a page with charts");
  app.add_option("FILE", arguments.file, "The recording")->required()->type_name("FILE");
  app.add_option("-o,--output", arguments.output, "The page, one HTML file that needs nothing else (report.html)")
      ->type_name("FILE");
  add_dialect(app, arguments.dialect, names_of_channels);
  app.footer("Exit code: 0, 1 wrong arguments, 5 when the recording cannot be read or the page not be written.");
  app.callback([kept, &exit] { exit = run_report(*kept); });
}

}  // namespace zenws::program

// The commands about recordings: inspect, replay, report. See commands.hpp.
#include <memory>
#include <string>

#include "command_line.hpp"
#include "commands.hpp"
#include "inspect.hpp"
#include "option_values.hpp"

namespace zenws::program {
namespace {

void add_dialect(CLI::App& app, std::shared_ptr<const Dialect>& dialect) {
  const auto use = [&dialect](const std::string& text) {
    dialect = parse_dialect(text);
    if (!dialect) throw CLI::ValidationError("--dialect", "deribit or binance, not " + text);
  };
  app.add_option_function<std::string>("--dialect", use, "How channels are named there: deribit or binance (either)")
      ->type_name("VENUE");
}

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
  add_dialect(app, arguments.dialect);
  app.footer("Exit code: 0, or 5 when a file cannot be read.");
  app.callback([kept, &exit] { exit = run_inspect(*kept); });
}

}  // namespace zenws::program

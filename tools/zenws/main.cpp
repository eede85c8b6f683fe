// The command line of `zenws`: which commands and options there are.
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "command_line/commands.hpp"
#include "console/output.hpp"

namespace {

using namespace zenws::program;

// Sockets must not become stdin, stdout or stderr when the caller closed those.
void fill_standard_descriptors() {
  int descriptor = 0;
  do {
    descriptor = ::open("/dev/null", O_RDWR);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor > STDERR_FILENO) ::close(descriptor);
}

// `zenws help` and `zenws help COMMAND`, as by --help.
void add_help(CLI::App& program) {
  const auto name = std::make_shared<std::string>();
  CLI::App& app = *program.add_subcommand("help", "This text, or a command's");
  app.add_option("COMMAND", *name, "For example connect")->type_name("");
  app.callback([&program = std::as_const(program), name] {
    if (name->empty()) {
      // Not App::help(), which is that of the command called.
      return fmt::print("{}", program.get_formatter()->make_help(&program, "zenws", CLI::AppFormatMode::Normal));
    }
    const auto named = program.get_subcommands([&name](const CLI::App* command) { return command->check_name(*name); });
    if (named.empty()) throw CLI::ValidationError("COMMAND", "no command is called " + *name);
    fmt::print("{}", named.front()->help("zenws"));
  });
}

// Of what went to stdout by way of stdio.
bool is_all_written() {
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!written) say("the output cannot be written to stdout");
  return written;
}

int run(int argc, char** argv) {
  CLI::App program{"zenws: a WebSocket client for trading feeds", "zenws"};
  program.require_subcommand(1);
  program.set_version_flag("-V,--version", "zenws " ZENWS_VERSION);
  Exit exit = Exit::ok;
  add_help(program);
  add_connect(program, exit);
  add_record(program, exit);
  add_inspect(program, exit);
  add_replay(program, exit);
  add_report(program, exit);
  add_serve(program, exit);
  add_explain(program, exit);
  add_doctor(program, exit);
  add_demo(program, exit);
  add_soak(program, exit);
  add_pool(program, exit);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit = program.exit(error) == 0 ? Exit::ok : Exit::usage;
  }
  return static_cast<int>(is_all_written() ? exit : Exit::failed);
}

}  // namespace

// Nothing of ours throws; memory can run out, and CLI11 has exceptions of its own.
int main(int argc, char** argv) try {
  fill_standard_descriptors();
  return run(argc, argv);
} catch (const std::exception& unexpected) {
  fmt::print(stderr, "zenws: {}\n", unexpected.what());
  return static_cast<int>(Exit::failed);
}

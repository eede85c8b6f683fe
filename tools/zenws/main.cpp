// The command line of `zenws`: which commands and options there are.
#include <exception>
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "command_line/commands.hpp"

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

int run(int argc, char** argv) {
  CLI::App program{"zenws: a WebSocket client for trading feeds", "zenws"};
  program.require_subcommand(1);
  program.set_version_flag("--version", "zenws " ZENWS_VERSION);
  Exit exit = Exit::ok;
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
    return program.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  return static_cast<int>(exit);
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

// Fork, exec, and the pipe through which the port comes back.
#include "server_process.hpp"

#include <array>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire.hpp"

namespace bench {

namespace {

[[noreturn]] void become_server(const char* program, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // even when we crash
  ::dup2(output, STDOUT_FILENO);
  ::execl(program, program, nullptr);
  ::_exit(127);
}

}  // namespace

ServerProcess::ServerProcess() {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").replace_filename("bench_server");
  std::array<int, 2> pipe{};
  checked(::pipe(pipe.data()), "pipe");
  const Descriptor read_end{pipe[0]};
  {
    const Descriptor write_end{pipe[1]};
    pid_ = checked(::fork(), "fork");
    if (pid_ == 0) become_server(program.c_str(), write_end.number());
  }
  read_port(read_end.number());
}

ServerProcess::~ServerProcess() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void ServerProcess::read_port(int from) {
  std::string line;
  std::array<char, 16> piece;
  while (!line.ends_with('\n')) {
    const auto got = checked(::read(from, piece.data(), piece.size()), "read");
    if (got == 0) {
      ::waitpid(pid_, nullptr, 0);
      throw std::runtime_error{"bench_server did not start"};
    }
    line.append(piece.data(), static_cast<std::size_t>(got));
  }
  std::from_chars(line.data(), line.data() + line.size(), port_);
}

}  // namespace bench

#include "support/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace zenws::support {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long a program may take to end by itself before it is killed.
constexpr milliseconds grace{5000};

void check(int error, const char* what) {
  if (error != 0) throw std::system_error{error, std::generic_category(), what};
}

// Both ends are closed in every program started later: otherwise another child would hold our child's stdin open.
std::pair<int, int> make_pipe() {
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe2");
  return {ends[0], ends[1]};
}

void close_once(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

bool wait_readable(int fd, steady_clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    pollfd wanted{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(std::max<milliseconds::rep>(left.count(), 0)));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

pid_t spawn(const std::vector<std::string>& command, int child_stdin, int child_stdout) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  check(::posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
  ::posix_spawn_file_actions_adddup2(&actions, child_stdin, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, child_stdout, STDOUT_FILENO);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  check(error, arguments[0]);
  return pid;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
  auto [child_stdin, our_end] = make_pipe();
  auto [our_start, child_stdout] = make_pipe();
  stdin_ = our_end;
  stdout_ = our_start;
  pid_ = spawn(command, child_stdin, child_stdout);
  ::close(child_stdin);
  ::close(child_stdout);
  pid_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));  // glibc 2.36 has a wrapper, but not for C++
  check(pid_fd_ >= 0 ? 0 : errno, "pidfd_open");
}

ChildProcess::~ChildProcess() {
  if (!finish(grace)) kill();
  close_once(stdout_);
  close_once(pid_fd_);
}

std::optional<std::string> ChildProcess::wait_for_line(std::string_view first_word, milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  for (;;) {
    if (auto rest = take_line(first_word)) return rest;
    if (!read_more(deadline)) return std::nullopt;
  }
}

std::optional<int> ChildProcess::finish(milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  close_once(stdin_);
  while (read_more(deadline)) {
  }
  return reap(deadline);
}

void ChildProcess::kill() {
  if (exit_code_) return;
  ::kill(pid_, SIGKILL);
  reap(steady_clock::time_point::max());
  close_once(stdin_);
}

std::string ChildProcess::unread() const {
  std::string all;
  for (const auto& line : lines_) all += line + '\n';
  return all + partial_;
}

// False: nothing came before the deadline, or nothing can come any more.
bool ChildProcess::read_more(Deadline deadline) {
  if (stdout_ < 0 || !wait_readable(stdout_, deadline)) return false;
  std::array<char, 4096> bytes{};
  const auto got = ::read(stdout_, bytes.data(), bytes.size());
  if (got <= 0) {
    close_once(stdout_);
    return false;
  }
  partial_.append(bytes.data(), static_cast<std::size_t>(got));
  split_lines();
  return true;
}

void ChildProcess::split_lines() {
  std::size_t start = 0;
  for (auto end = partial_.find('\n'); end != std::string::npos; end = partial_.find('\n', start)) {
    lines_.push_back(partial_.substr(start, end - start));
    start = end + 1;
  }
  partial_.erase(0, start);
}

std::optional<std::string> ChildProcess::take_line(std::string_view first_word) {
  const auto is_wanted = [first_word](std::string_view line) {
    return line == first_word || (line.starts_with(first_word) && line[first_word.size()] == ' ');
  };
  const auto found = std::ranges::find_if(lines_, is_wanted);
  if (found == lines_.end()) return std::nullopt;
  auto rest = found->size() > first_word.size() ? found->substr(first_word.size() + 1) : std::string{};
  lines_.erase(found);
  return rest;
}

std::optional<int> ChildProcess::reap(Deadline deadline) {
  if (exit_code_) return exit_code_;
  const bool forever = deadline == Deadline::max();
  if (!forever && !wait_readable(pid_fd_, deadline)) return std::nullopt;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

std::string find_program(std::string_view program) {
  const char* path = std::getenv("PATH");
  std::string folders = std::string{path == nullptr ? "" : path} + ":/usr/sbin:/sbin:";
  for (std::size_t start = 0, end = 0; (end = folders.find(':', start)) != std::string::npos; start = end + 1) {
    auto candidate = folders.substr(start, end - start) + '/' + std::string{program};
    if (end > start && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace zenws::support

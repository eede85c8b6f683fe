// Another program, started for one test: its words are read line by line, and it never outlives the test.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace zenws::support {

/// A program that is running, talking to us through its stdin and stdout; its stderr is ours.
///
/// The program is expected to end when its stdin is closed, so that it also ends when this process is killed.
class ChildProcess {
 public:
  /// Starts `command`, looked up in PATH. Throws std::system_error when that fails.
  explicit ChildProcess(const std::vector<std::string>& command);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  /// Ends the program: by closing its stdin, or by force when it does not go.
  ~ChildProcess();

  /// Waits for a line that begins with `first_word` and returns the rest of it. Other lines are kept for later calls.
  /// nullopt: no such line came in time, or ever can.
  std::optional<std::string> wait_for_line(std::string_view first_word, std::chrono::milliseconds timeout);

  /// Closes its stdin, reads what it still says and returns its exit code (128 + signal when a signal ended it);
  /// nullopt: it is still running.
  std::optional<int> finish(std::chrono::milliseconds timeout);

  /// SIGKILL, and waits until it is gone.
  void kill();

  /// What it has said and nobody waited for.
  [[nodiscard]] std::string unread() const;

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  bool read_more(Deadline deadline);
  std::optional<std::string> take_line(std::string_view first_word);
  std::optional<int> reap(Deadline deadline);
  void split_lines();

  pid_t pid_ = -1;
  int pid_fd_ = -1;
  int stdin_ = -1;
  int stdout_ = -1;
  std::optional<int> exit_code_;
  std::string partial_;
  std::vector<std::string> lines_;
};

/// Where `program` is in PATH or in the system's own folders; empty: nowhere.
std::string find_program(std::string_view program);

}  // namespace zenws::support

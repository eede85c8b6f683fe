// The built program as a child of the test: what it says, what it is told, how it ends.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "exit_codes.hpp"

namespace zenws::program {

[[nodiscard]] constexpr int code_of(Exit exit) noexcept { return static_cast<int>(exit); }

struct Ended {
  int exit_code = -1;  // -1: killed by a signal, or by us because it did not end
  std::string out;
  std::string err;
};

// Bounded: whatever it is waited for, after a minute the wait ends. Destroyed, it is killed.
class Child {
 public:
  explicit Child(const std::vector<std::string>& arguments);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Queues input; it is written while something is waited for.
  void type(std::string_view text) { input_ += text; }
  // After the queued input.
  void end_input() { input_ends_ = true; }
  // Reads no more of its stdout, but keeps it open.
  void pause_listening() { listens_ = false; }
  // Closes its stdout.
  void stop_listening();
  void signal(int number) const;

  // Carries bytes until `done` says so. False: the child ended, or the minute is over.
  bool wait_until(const std::function<bool()>& done);
  // Until its stdout or stderr holds `text`.
  bool wait_for_out(std::string_view text);
  bool wait_for_err(std::string_view text);
  // Until it ends, and all that it said.
  Ended finish();

  [[nodiscard]] const std::string& out() const noexcept { return out_text_; }
  [[nodiscard]] const std::string& err() const noexcept { return err_text_; }
  // Input that it has taken.
  [[nodiscard]] std::size_t written() const noexcept { return written_; }

 private:
  bool carry();
  [[nodiscard]] std::string_view pending_input() const { return std::string_view{input_}.substr(written_); }
  void write_input();
  static void read_from(int& descriptor, std::string& text);

  pid_t id_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string input_;
  std::size_t written_ = 0;  // of input_
  bool input_ends_ = false;
  bool listens_ = true;
  std::string out_text_;
  std::string err_text_;
};

// Runs it to its end with `input` as stdin.
Ended run(const std::vector<std::string>& arguments, std::string_view input = {});

}  // namespace zenws::program

// A client that records, in a process of its own, which can be killed as processes are killed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "support/child_process.hpp"

namespace zenws::testing {

// What this test program does when called as `faults_tests record URL PATH COUNTER PAUSE`: connects, records to PATH,
// asks for more with each message that ends in 0, after PAUSE milliseconds, and counts messages in the file COUNTER;
// until its stdin ends.
int record_apart(const char* url, const char* path, const char* counter, int pause);

class RecorderApart {
 public:
  // `counter`: a file to be made.
  RecorderApart(const std::string& url, const std::string& path, const std::string& counter, int pause);
  ~RecorderApart();
  RecorderApart(const RecorderApart&) = delete;
  RecorderApart& operator=(const RecorderApart&) = delete;

  // It is connected.
  bool started();
  // SIGKILL.
  void kill() { process_.kill(); }
  // It ends as programs do, by exit() while the client lives. Its exit code.
  std::optional<int> finish() { return process_.finish(std::chrono::seconds{20}); }
  // Messages that its handler has seen.
  [[nodiscard]] std::uint64_t received() const noexcept { return counter_->load(); }

 private:
  std::atomic<std::uint64_t>* counter_;
  support::ChildProcess process_;
};

}  // namespace zenws::testing

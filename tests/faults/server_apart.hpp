// A venue in a process of its own, which can be killed as servers are killed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/child_process.hpp"

namespace zenws::testing {

// What this test program does when called as `faults_tests serve PORT`: serves until its stdin ends.
int serve_apart(std::uint16_t port);

class ServerApart {
 public:
  // Port 0: any free one. Look at url() for whether it started.
  explicit ServerApart(std::uint16_t port = 0);
  // Empty: it did not start.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  // SIGKILL.
  void kill() { process_.kill(); }

 private:
  support::ChildProcess process_;
  std::uint16_t port_ = 0;
};

}  // namespace zenws::testing

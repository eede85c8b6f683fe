// The neutral server as a process of its own, from start to end.
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace bench {

// Lifetime: destroying it ends the process.
class ServerProcess {
 public:
  // Starts the bench_server beside this program. Throws when that fails.
  ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  void read_port(int from);

  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace bench

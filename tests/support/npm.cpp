// See npm.hpp.
#include "support/npm.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "support/child_process.hpp"

namespace zenws::support {
namespace {

// Holds the lock file's advisory lock: ctest runs each test as a process of its own, several at a time.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path) : fd_{::open(path.c_str(), O_RDONLY | O_CLOEXEC)} {
    while (fd_ >= 0 && ::flock(fd_, LOCK_EX) != 0) {
      if (errno != EINTR) break;
    }
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  int fd_;
};

// npm leaves a copy of what it installed behind, as the last thing it does.
bool is_installed(const std::filesystem::path& folder) {
  std::error_code missing;
  const auto installed = last_write_time(folder / "node_modules" / ".package-lock.json", missing);
  return !missing && installed >= last_write_time(folder / "package-lock.json");
}

}  // namespace

void install_node_modules(const std::filesystem::path& folder) {
  const FileLock lock{folder / "package-lock.json"};
  if (is_installed(folder)) return;
  ChildProcess npm{{"npm", "ci", "--prefix", folder.string(), "--ignore-scripts", "--no-audit", "--no-fund",
                    "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"}};
  const auto exit_code = npm.finish(std::chrono::seconds{90});
  if (exit_code != 0) throw std::runtime_error{"npm ci failed in " + folder.string() + ": " + npm.unread()};
}

}  // namespace zenws::support

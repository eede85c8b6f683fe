#include "support/npm.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

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

// What the registry's answer, or a lock file that is wrong, is to blame for: not that there was no answer.
bool is_refusal(std::string_view said) {
  return std::ranges::any_of(std::array{" EUSAGE", " EINTEGRITY", " E404", " ETARGET", " EBADENGINE"},
                             [&](std::string_view code) { return said.contains(code); });
}

// Written down for those who ask next: each would wait as long.
std::filesystem::path note_of_failure(const std::filesystem::path& folder) {
  return folder / "node_modules" / ".unreachable";
}

bool has_failed_lately(const std::filesystem::path& folder) {
  std::error_code missing;
  const auto failed = last_write_time(note_of_failure(folder), missing);
  return !missing && std::filesystem::file_time_type::clock::now() - failed < std::chrono::minutes{10};
}

}  // namespace

std::optional<std::string> why_no_node_modules(const std::filesystem::path& folder) {
  const FileLock lock{folder / "package-lock.json"};
  if (is_installed(folder)) return std::nullopt;
  const std::string why = "npm cannot be reached, run: npm ci --ignore-scripts --prefix " + folder.string();
  if (has_failed_lately(folder)) return why;
  ChildProcess npm{{"/bin/sh", "-c",
                    "exec npm ci --prefix \"$0\" --ignore-scripts --no-audit --no-fund --fetch-retries=1"
                    " --fetch-retry-mintimeout=1000 --fetch-timeout=30000 2>&1",
                    folder.string()}};
  const auto exit_code = npm.finish(std::chrono::seconds{90});
  if (exit_code == 0) return std::nullopt;
  const std::string said = npm.unread();
  if (is_refusal(said)) throw std::runtime_error{"npm ci failed in " + folder.string() + ": " + said};
  create_directories(folder / "node_modules");
  std::ofstream{note_of_failure(folder)} << said;
  return why + "\n" + said;
}

}  // namespace zenws::support

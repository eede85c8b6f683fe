#include "record/file.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/logger.hpp"

namespace zenws::record {

namespace {

std::error_code last_error() noexcept { return {errno, std::system_category()}; }

}  // namespace

File::File(std::string path, const RecordOptions& options)
    : path_{std::move(path)},
      rotate_at_{options.rotate_at},
      rotated_files_{options.rotated_files},
      fsync_{options.fsync} {}

File::~File() { close(); }

File::Written File::append(std::string_view lines) {
  Written written;
  if (fd_ < 0) written.error = open();
  if (!written.error && rotate_at_ > 0 && size_ >= rotate_at_ && cut_ == 0) written.error = rotate();
  while (!written.error && written.bytes + cut_ < lines.size()) {
    const std::string_view rest = lines.substr(written.bytes + cut_);
    const ssize_t taken = ::write(fd_, rest.data(), rest.size());
    if (taken < 0) {
      if (errno != EINTR) written.error = last_error();
      continue;
    }
    size_ += static_cast<std::uint64_t>(taken);
    // Whole lines count as written; of the next one is known how much of it is there.
    const std::size_t there = cut_ + static_cast<std::size_t>(taken);
    const std::size_t whole = lines.substr(written.bytes, there).rfind('\n') + 1;  // npos + 1 == 0
    written.bytes += whole;
    cut_ = there - whole;
  }
  return written;
}

std::error_code File::open() {
  cut_ = 0;
  // Not O_WRONLY: the last byte is looked at. O_NONBLOCK: whatever was put there meanwhile, nobody waits for it.
  // O_NOFOLLOW: nor does a link that somebody else put there say which file of ours is written to.
  constexpr int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW;
  fd_ = ::open(path_.c_str(), flags, S_IRUSR | S_IWUSR);
  if (fd_ < 0) return last_error();
  std::error_code error;
  // Another process records to it. File systems without locks have their own way.
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) error = last_error();
  if (!error) error = begin_line();
  if (error) close();
  return error;
}

// A process that was killed left half a line: ours begins on a fresh one.
std::error_code File::begin_line() {
  struct stat status{};
  if (::fstat(fd_, &status) != 0) return last_error();
  if (!S_ISREG(status.st_mode)) return std::make_error_code(std::errc::invalid_argument);
  make_private(status.st_mode);
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (size_ == 0) return {};
  char last = '\n';
  if (::pread(fd_, &last, 1, status.st_size - 1) < 0) return last_error();
  if (last == '\n') return {};
  if (::write(fd_, "\n", 1) != 1) return last_error();
  ++size_;
  return {};
}

// One that was there already may have been made for everybody.
void File::make_private(mode_t mode) {
  constexpr mode_t others = S_IRWXG | S_IRWXO;
  if ((mode & others) == 0) return;
  const bool done = ::fchmod(fd_, mode & ~others & ALLPERMS) == 0;
  const std::string_view outcome = done ? "it was open to others; now it is its owner's only" : "it is open to others";
  write_log(LogLevel::warning, fmt::format("recording {}: {} (mode {:o})", path_, outcome, mode & ALLPERMS));
}

std::error_code File::rotate() {
  for (int number = rotated_files_; number > 1; --number) {
    if (std::rename(rotated(number - 1).c_str(), rotated(number).c_str()) != 0 && errno != ENOENT) return last_error();
  }
  if (std::rename(path_.c_str(), rotated(1).c_str()) != 0 && errno != ENOENT) return last_error();
  close();
  return open();
}

std::string File::rotated(int number) const { return path_ + "." + std::to_string(number); }

void File::look_again() noexcept {
  if (fd_ < 0) return;
  struct stat ours{};
  struct stat named{};
  const bool is_same = ::fstat(fd_, &ours) == 0 && ::lstat(path_.c_str(), &named) == 0 && ours.st_dev == named.st_dev &&
                       ours.st_ino == named.st_ino;
  if (!is_same) close();
}

std::error_code File::sync() noexcept {
  if (!fsync_ || fd_ < 0 || ::fdatasync(fd_) == 0) return {};
  return last_error();
}

void File::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  cut_ = 0;
}

}  // namespace zenws::record

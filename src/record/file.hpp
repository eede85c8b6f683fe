// The file of one recording: appended to line by line, rotated, found again when somebody took it away.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <system_error>

#include <zenws/options.hpp>

namespace zenws::record {

// Threads: one at a time. Opened by the first append(), with mode 0600.
class File {
 public:
  File(std::string path, const RecordOptions& options);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  struct Written {
    std::size_t bytes = 0;       // taken off the front of `lines`
    std::error_code error = {};  // set: the rest is not written
  };
  // Appends whole lines. After an error give the rest again, beginning with the line that was cut: what of it is on
  // the disk already is not written again, but for a file that was opened anew.
  Written append(std::string_view lines);

  // Opens the file anew when it is not the one at the path any more.
  void look_again() noexcept;
  // Has the disk confirm what was written, if asked to.
  std::error_code sync() noexcept;
  void close() noexcept;

 private:
  std::error_code open();
  std::error_code begin_line();
  void make_private(mode_t mode);
  std::error_code rotate();
  [[nodiscard]] std::string rotated(int number) const;

  const std::string path_;
  const std::uint64_t rotate_at_;
  const int rotated_files_;
  const bool fsync_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  std::size_t cut_ = 0;  // bytes of the line at the front of the next append() that are on the disk
};

}  // namespace zenws::record

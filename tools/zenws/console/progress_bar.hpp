// How far the reading of a file is, on stderr when that is a terminal and it takes more than a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace zenws::program {

// `done` of `total` as one line: `name  [#####-----]  50 %, 340 MB/s, 3 s left`.
[[nodiscard]] std::string show_bar(std::string_view name, std::uint64_t done, std::uint64_t total,
                                   std::chrono::duration<double> elapsed);

// Wiped away when it is destroyed.
class ProgressBar {
 public:
  ProgressBar(std::string name, std::uint64_t total);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Cheap: looks at the clock every few thousand calls.
  void advance(std::uint64_t bytes) {
    done_ += bytes;
    if ((++calls_ & 0xFFFU) == 0) draw();
  }

 private:
  void draw();

  const std::string name_;
  const std::uint64_t total_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point due_;
  const bool is_shown_;
  bool drawn_ = false;
  std::uint64_t done_ = 0;
  std::uint32_t calls_ = 0;
};

}  // namespace zenws::program

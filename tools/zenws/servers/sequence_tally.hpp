// Numbered messages of one channel: which came, and which were missed where that is allowed.
#pragma once

#include <cstdint>

namespace zenws::program {

// The first number is 1. Numbers may be left out once after each loss of the connection, and nowhere else.
class SequenceTally {
 public:
  void on_loss() noexcept { after_loss_ = true; }
  // Tells how many are missing between the last one and this one.
  std::uint64_t on_number(std::uint64_t number) noexcept;

  [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
  // Left out behind a loss.
  [[nodiscard]] std::uint64_t missed() const noexcept { return missed_; }
  // Left out without a loss, or come again: must be 0.
  [[nodiscard]] std::uint64_t wrong() const noexcept { return wrong_; }
  // The highest number so far: received + missed, when nothing is wrong.
  [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
  // False from a loss until the next number.
  [[nodiscard]] bool flows() const noexcept { return !after_loss_; }

 private:
  std::uint64_t last_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t missed_ = 0;
  std::uint64_t wrong_ = 0;
  bool after_loss_ = false;
};

}  // namespace zenws::program

#include "servers/sequence_tally.hpp"

#include <utility>

namespace zenws::program {

std::uint64_t SequenceTally::on_number(std::uint64_t number) noexcept {
  const bool gap_allowed = std::exchange(after_loss_, false);
  if (number <= last_) {
    ++wrong_;
    return 0;
  }
  const std::uint64_t gap = number - last_ - 1;
  (gap_allowed ? missed_ : wrong_) += gap;
  ++received_;
  last_ = number;
  return gap;
}

}  // namespace zenws::program

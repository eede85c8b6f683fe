#include "recordings/time_bins.hpp"

namespace zenws::program {

TimeBin& TimeBin::operator+=(const TimeBin& other) noexcept {
  in += other.in;
  out += other.out;
  bytes_in += other.bytes_in;
  answers += other.answers;
  latency_sum += other.latency_sum;
  latency_max = std::max(latency_max, other.latency_max);
  return *this;
}

TimeBin& TimeBins::at(RecordedTime ts) {
  if (!begin_) begin_ = ts;
  const std::chrono::microseconds since = std::max(ts - *begin_, std::chrono::microseconds{0});
  while (static_cast<std::size_t>(since / width_) >= most_) widen();
  const auto index = static_cast<std::size_t>(since / width_);
  if (index >= bins_.size()) bins_.resize(index + 1);
  return bins_[index];
}

void TimeBins::widen() {
  width_ *= 2;
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    const TimeBin bin = bins_[i];
    if (i % 2 == 0) {
      bins_[i / 2] = bin;
    } else {
      bins_[i / 2] += bin;
    }
  }
  bins_.resize((bins_.size() + 1) / 2);
}

}  // namespace zenws::program

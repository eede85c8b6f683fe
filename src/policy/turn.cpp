#include "policy/turn.hpp"

#include <algorithm>

namespace zenws::policy {

namespace {

// A look costs some 25 ns: once in this much time it is not felt, and nothing is missed by much.
constexpr Clock::duration between_looks = std::chrono::microseconds{6};

// Calls that were fast so far may become slow.
constexpr int most_calls_unseen = 32;

}  // namespace

Turn::Verdict Turn::look(TimePoint now) noexcept {
  if (calls_ > 0) {
    const Clock::duration each = std::max((now - looked_) / calls_, Clock::duration{1});
    const auto fitting = std::min<Clock::rep>(between_looks / each, most_calls_unseen);
    until_look_ = std::clamp(static_cast<int>(fitting), 1, until_look_ * 2);
  }
  calls_ = 0;
  looked_ = now;
  Verdict verdict{.over = now - begun_ >= budget, .flush = now - flushed_ >= longest_gathering};
  if (verdict.flush) flushed_ = now;
  return verdict;
}

}  // namespace zenws::policy

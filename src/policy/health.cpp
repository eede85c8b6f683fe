#include "policy/health.hpp"

#include <algorithm>
#include <chrono>

namespace zenws::policy {

namespace {

using namespace std::chrono_literals;

constexpr auto memory = 60s;

bool can_have(const Candidate& candidate) noexcept { return candidate.connected && !candidate.tried; }

}  // namespace

int score(const Health& health) noexcept {
  if (!health.connected) return 0;
  const auto for_pending = static_cast<int>(std::min<std::uint64_t>(health.pending, 4)) * 10;
  const auto for_latency = static_cast<int>(std::clamp<std::int64_t>(health.p99.value_or(0ms) / 25ms, 0, 30));
  const auto for_failures = std::min(static_cast<int>(std::min<std::uint64_t>(health.failures, 2)) * 15, 20);
  return std::max(0, 100 - for_pending - for_latency - for_failures);
}

void Failures::failed(TimePoint now) {
  if (times_.size() == most) times_.erase(times_.begin());
  times_.push_back(now);
}

void Failures::succeeded() {
  const std::size_t kept = times_.size() / 2;
  times_.erase(times_.begin(), times_.end() - static_cast<std::ptrdiff_t>(kept));
}

std::uint64_t Failures::count(TimePoint now) const noexcept {
  const auto counts = std::ranges::find_if(times_, [now](TimePoint at) { return now - at < memory; });
  return static_cast<std::uint64_t>(times_.end() - counts);
}

std::optional<std::size_t> choose(std::span<const Candidate> candidates, std::uint64_t turn) noexcept {
  int best = -1;
  std::size_t equals = 0;
  for (const Candidate& candidate : candidates) {
    if (!can_have(candidate) || candidate.score < best) continue;
    equals = candidate.score > best ? 1 : equals + 1;
    best = candidate.score;
  }
  if (equals == 0) return std::nullopt;
  std::uint64_t skip = turn % equals;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (can_have(candidates[i]) && candidates[i].score == best && skip-- == 0) return i;
  }
  return std::nullopt;
}

}  // namespace zenws::policy

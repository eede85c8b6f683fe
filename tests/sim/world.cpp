#include "sim/world.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace zenws::sim {

void SimWorld::at(TimePoint when, Task happens) {
  due_.push_back({.when = std::max(when, time_), .order = random_(), .happens = std::move(happens)});
  std::push_heap(due_.begin(), due_.end());
}

// False: nothing happens until then.
bool SimWorld::step(TimePoint until) {
  if (due_.empty() || due_.front().when > until) return false;
  std::pop_heap(due_.begin(), due_.end());
  Event next = std::move(due_.back());
  due_.pop_back();
  time_ = std::max(time_, next.when);
  ++events_;
  const Being elsewhere{*this, nullptr};
  next.happens();
  return true;
}

bool SimWorld::run_until(const std::function<bool()>& done, TimePoint until) {
  while (!done()) {
    if (step(until)) continue;
    if (until != TimePoint::max()) time_ = std::max(time_, until);
    return done();
  }
  return true;
}

void SimWorld::run_for(Duration span) {
  const TimePoint end = time_ + span;
  while (step(end)) continue;
  time_ = std::max(time_, end);
}

Duration SimWorld::draw_between(Duration least, Duration most) {
  return least + Duration{static_cast<Duration::rep>(draw(static_cast<std::uint64_t>((most - least).count()) + 1))};
}

void SimWorld::log(std::string_view line) {
  constexpr std::size_t most_kept = 100'000;
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(time_ - begin);
  const std::string whole = fmt::format("{:>12} {}", since.count(), line);
  for (const char c : whole) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1099511628211U;
  if (lines_.size() < most_kept) lines_.push_back(whole);
}

WallTime SimWorld::wall_now() noexcept {
  constexpr WallTime then{std::chrono::seconds{1'750'000'000}};
  return then + std::chrono::duration_cast<WallTime::duration>(time_ - begin);
}

void SimWorld::random_bytes(std::span<std::byte> out) noexcept {
  for (; !out.empty(); out = out.subspan(std::min(out.size(), sizeof(std::uint64_t)))) {
    const std::uint64_t word = random_();
    std::memcpy(out.data(), &word, std::min(out.size(), sizeof word));
  }
}

}  // namespace zenws::sim

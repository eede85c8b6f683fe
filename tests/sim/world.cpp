#include "sim/world.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace zenws::sim {

void SimWorld::at(TimePoint when, std::function<void()> happens) {
  when = std::max(when, time_);
  std::uint64_t order = random_();
  while (events_due_.contains({when, order})) ++order;
  events_due_.emplace(std::pair{when, order}, std::move(happens));
}

void SimWorld::step() {
  const auto next = events_due_.extract(events_due_.begin());
  time_ = next.key().first;
  ++events_;
  next.mapped()();
}

bool SimWorld::run_until(const std::function<bool()>& done, TimePoint until) {
  while (!done()) {
    if (events_due_.empty() || events_due_.begin()->first.first > until) {
      if (until != TimePoint::max()) time_ = std::max(time_, until);
      return done();
    }
    step();
  }
  return true;
}

void SimWorld::run_for(Duration span) {
  run_until([] { return false; }, time_ + span);
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

// Virtual time, seeded randomness, and what happens next: a whole world in one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/world.hpp"

namespace zenws::sim {

using Duration = TimePoint::duration;

// The same seed, and the same use of it, give the same run to the byte. Threads: one.
class SimWorld final : public World {
 public:
  explicit SimWorld(std::uint64_t seed) : random_{seed} {}

  // `happens` then, or now when that has passed. Among equal times the seed decides the order.
  void at(TimePoint when, std::function<void()> happens);
  void in(Duration delay, std::function<void()> happens) { at(time_ + delay, std::move(happens)); }
  // All that happens within `span`.
  void run_for(Duration span);

  // Uniform in [0, below).
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  Duration draw_between(Duration least, Duration most);
  bool chance(double probability) { return static_cast<double>(draw(1'000'000)) < probability * 1'000'000; }

  // Notes a line of what happened. The first lines are kept.
  void log(std::string_view line);
  [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }
  // Of all lines and their times.
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }

  [[nodiscard]] TimePoint now() noexcept override { return time_; }
  [[nodiscard]] WallTime wall_now() noexcept override;
  void random_bytes(std::span<std::byte> out) noexcept override;
  bool run_until(const std::function<bool()>& done, TimePoint until) override;

 private:
  void step();

  static constexpr TimePoint begin{std::chrono::hours{1}};

  std::mt19937_64 random_;
  TimePoint time_ = begin;
  std::map<std::pair<TimePoint, std::uint64_t>, std::function<void()>> events_due_;
  std::uint64_t events_ = 0;
  std::uint64_t hash_ = 14695981039346656037U;  // FNV-1a
  std::vector<std::string> lines_;
};

}  // namespace zenws::sim

// Virtual time, seeded randomness, and what happens next: a whole world in one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/world.hpp"

namespace zenws::sim {

using Duration = TimePoint::duration;

// The same seed, and the same use of it, give the same run to the byte. Threads: one, which is who `here()` says.
class SimWorld final : public World {
 public:
  static constexpr TimePoint begin{std::chrono::hours{1}};

  explicit SimWorld(std::uint64_t seed) : random_{seed} {}

  // Among equal times the seed decides the order.
  void at(TimePoint when, Task happens) override;
  void in(Duration delay, Task happens) { at(time_ + delay, std::move(happens)); }
  // All that happens within `span`. From inside an event: that event lasts so long, and all others go on beside it.
  void run_for(Duration span);

  // Uniform in [0, below).
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  Duration draw_between(Duration least, Duration most);
  bool chance(double probability) { return static_cast<double>(draw(1'000'000)) < probability * 1'000'000; }

  // Which loop's thread this would be; null: another one's.
  [[nodiscard]] const void* here() const noexcept { return here_; }
  // While it lives.
  class Being {
   public:
    Being(SimWorld& world, const void* loop) noexcept : world_{world}, before_{std::exchange(world.here_, loop)} {}
    ~Being() { world_.here_ = before_; }
    Being(const Being&) = delete;
    Being& operator=(const Being&) = delete;

   private:
    SimWorld& world_;
    const void* const before_;
  };

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
  struct Event {
    TimePoint when;
    std::uint64_t order;
    Task happens;
    // The first is on top of the heap.
    friend bool operator<(const Event& a, const Event& b) noexcept {
      return a.when != b.when ? a.when > b.when : a.order > b.order;
    }
  };
  bool step(TimePoint until);

  std::mt19937_64 random_;
  TimePoint time_ = begin;
  std::vector<Event> due_;  // a heap
  const void* here_ = nullptr;
  std::uint64_t events_ = 0;
  std::uint64_t hash_ = 14695981039346656037U;  // FNV-1a
  std::vector<std::string> lines_;
};

}  // namespace zenws::sim

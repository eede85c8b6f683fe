// A world in which time passes only when somebody waits, random bytes count, and nothing happens by itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>

#include "base/world.hpp"

namespace zenws::test {

struct StillWorld final : World {
  TimePoint time{std::chrono::hours{1}};
  WallTime wall{std::chrono::hours{24 * 365}};
  std::byte next{};
  std::function<void()> step = [] {};  // each lasts a millisecond

  [[nodiscard]] TimePoint now() noexcept override { return time; }
  [[nodiscard]] WallTime wall_now() noexcept override { return wall; }
  void random_bytes(std::span<std::byte> out) noexcept override {
    for (std::byte& byte : out) byte = next = static_cast<std::byte>(std::to_integer<int>(next) + 1);
  }
  void at(TimePoint, Task) override {}
  bool run_until(const std::function<bool()>& done, TimePoint until) override {
    while (!done()) {
      if (time >= until) return false;
      time += std::chrono::milliseconds{1};
      step();
    }
    return true;
  }
};

}  // namespace zenws::test

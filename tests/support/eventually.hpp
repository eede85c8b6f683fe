// Waiting without guessing how long, for what tells nobody when it changes.
#pragma once

#include <chrono>
#include <concepts>
#include <thread>

namespace zenws::testing {

// True once `condition` holds; a false answer after half a minute is a failure, not a slow machine.
bool eventually(std::predicate auto condition) {
  using namespace std::chrono_literals;
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

}  // namespace zenws::testing

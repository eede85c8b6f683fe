// Who lives in a simulated world and has rules to keep.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <zenws/options.hpp>
#include <zenws/runtime.hpp>

#include "sim/world.hpp"

namespace zenws::sim {

// Told of each rule that was broken.
using Broken = std::function<void(const std::string& rule)>;

// What a program does with one client, or with several that belong together.
class Actor {
 public:
  Actor(SimWorld& world, std::string name, Broken broken)
      : world_{world}, name_{std::move(name)}, broken_{std::move(broken)} {}
  virtual ~Actor() = default;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  // One of the things that it does, from a thread of its own.
  virtual void act() = 0;
  // Takes what has come.
  virtual void keep_up() {}
  // No fault is left, and there was time to get well: what must be so now. Acts no more.
  virtual void judge_at_rest() = 0;
  virtual void close() = 0;
  [[nodiscard]] virtual std::uint64_t reconnects() = 0;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 protected:
  void say(std::string_view what) { world_.log(name_ + " " + std::string{what}); }
  void check(bool holds, std::string_view rule) {
    if (!holds) broken_(name_ + ": " + std::string{rule});
  }

  SimWorld& world_;

 private:
  const std::string name_;
  const Broken broken_;
};

// A client that gives up on nothing, and is back soon after the last fault.
[[nodiscard]] Options options_that_endure(Runtime& runtime);

}  // namespace zenws::sim

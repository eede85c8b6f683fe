// What the library takes from its surroundings beside the network: time, randomness, and the right to block.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <typeindex>

namespace zenws {

// Of the clock by which every interval is measured.
using TimePoint = std::chrono::steady_clock::time_point;
// Of the clock that people read.
using WallTime = std::chrono::system_clock::time_point;

// A simulated world: it takes the place of the real one on the thread that it runs on.
class World {
 public:
  using Task = std::move_only_function<void()>;

  virtual ~World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] virtual TimePoint now() noexcept = 0;
  [[nodiscard]] virtual WallTime wall_now() noexcept = 0;
  virtual void random_bytes(std::span<std::byte> out) noexcept = 0;
  // For who would have a thread: `task` runs then, or soon when that has passed.
  virtual void at(TimePoint when, Task task) = 0;
  // For who blocks: lets the world go on until `done()`. False: `until` came first.
  virtual bool run_until(const std::function<bool()>& done, TimePoint until) = 0;

  // For ids that are unique in the process: 1, 2, …
  [[nodiscard]] std::int64_t next_id() noexcept { return ++last_id_; }

  // What the process has one of, this world has one of: made at first use, destroyed with the world.
  template <class T>
  [[nodiscard]] T& its() {
    std::shared_ptr<void>& one = ones_[typeid(T)];
    if (!one) one = std::make_shared<T>();
    return *static_cast<T*>(one.get());
  }

  // The calling thread's; null: the real one.
  [[nodiscard]] static World* simulated() noexcept { return simulated_; }

 protected:
  World() = default;

 private:
  friend class InWorld;
  std::int64_t last_id_ = 0;
  std::map<std::type_index, std::shared_ptr<void>> ones_;
  static inline constinit thread_local World* simulated_ = nullptr;
};

// While it lives, the calling thread is in `world`; one at a time.
class InWorld {
 public:
  explicit InWorld(World& world) noexcept;
  ~InWorld();
  InWorld(const InWorld&) = delete;
  InWorld& operator=(const InWorld&) = delete;
};

}  // namespace zenws

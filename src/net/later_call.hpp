// A function that is called once, later, on a loop, unless it is forgotten before.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "net/loop.hpp"
#include "net/timers.hpp"

namespace zenws::net {

class LaterCall final : public std::enable_shared_from_this<LaterCall>, private Tenant {
 public:
  using Function = std::move_only_function<void()>;

  // `f` must not throw.
  LaterCall(std::shared_ptr<Loop> loop, Function f) noexcept;

  // The loop's thread, once. Until `due` it keeps itself.
  void start(TimePoint due);
  // Any thread. The function is destroyed here, unless it was called or is being called.
  void forget();
  // The loop's thread: the same, without a word to the loop.
  void forget_here();

 private:
  [[nodiscard]] std::optional<Function> take();
  void ring();
  void go();
  void loop_ends() override;

  const std::shared_ptr<Loop> loop_;
  Function f_;                      // of who sets taken_
  std::atomic<bool> taken_{false};  // called, or forgotten
  // Touched on the loop only, while it lives there.
  std::optional<Timer> timer_;
  std::shared_ptr<LaterCall> self_;
};

}  // namespace zenws::net

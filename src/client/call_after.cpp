// A function called once, later, on a loop: the timer of those who know the public headers alone.
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <zenws/asio.hpp>
#include <zenws/runtime.hpp>

#include "base/clock.hpp"
#include "base/contain.hpp"
#include "base/logger.hpp"
#include "net/loop.hpp"

namespace zenws::client {

namespace {

class LaterCall final : public std::enable_shared_from_this<LaterCall>, private net::Tenant {
 public:
  using Function = std::move_only_function<void()>;

  LaterCall(std::shared_ptr<net::Loop> loop, Function f) noexcept : loop_{std::move(loop)}, f_{std::move(f)} {}

  void start(TimePoint due) {
    loop_->post([self = shared_from_this(), due] { self->wait(due); });
  }
  // Any thread.
  void forget() {
    (void)take();
    loop_->post([self = shared_from_this()] { self->go(); });
  }

 private:
  // Whoever is first has it.
  [[nodiscard]] std::optional<Function> take() {
    if (taken_.exchange(true)) return std::nullopt;
    return std::move(f_);
  }
  void wait(TimePoint due) {
    if (taken_.load()) return;
    if (!loop_->enter(*this)) return (void)take();
    timer_.emplace(loop_->timers(), [this] { ring(); });
    timer_->arm(due);
  }
  void ring() {
    const auto self = shared_from_this();
    auto f = take();
    go();
    if (!f) return;
    if (const auto thrown = text_of_what_it_throws(*f)) {
      write_log(LogLevel::warning, fmt::format("Timer error: {}", *thrown));
    }
  }
  void go() {
    if (!timer_) return;
    timer_.reset();
    loop_->leave(*this);
  }
  void loop_ends() override {
    const auto self = shared_from_this();
    timer_.reset();
    (void)take();
  }

  const std::shared_ptr<net::Loop> loop_;
  Function f_;                       // of who sets taken_
  std::atomic<bool> taken_{false};   // called, or forgotten
  std::optional<net::Timer> timer_;  // touched on the loop only; while we live there
};

}  // namespace

std::shared_ptr<void> Access::call_after(Runtime* runtime, std::chrono::milliseconds delay,
                                         std::move_only_function<void()> f) {
  auto loop = (runtime != nullptr ? *runtime : Runtime::shared()).next_loop();
  if (!loop) return nullptr;
  const auto call = std::make_shared<LaterCall>(*std::move(loop), std::move(f));
  call->start(Clock::now() + bounded(delay));
  // What it is on keeps it; what is given away only ends it.
  return {static_cast<void*>(call.get()), [call](void*) { call->forget(); }};
}

}  // namespace zenws::client

#include "net/later_call.hpp"

#include <utility>

#include <zenws/pending_call.hpp>

namespace zenws {

namespace net {

LaterCall::LaterCall(std::shared_ptr<Loop> loop, Function f) noexcept : loop_{std::move(loop)}, f_{std::move(f)} {}

void LaterCall::start(TimePoint due) {
  if (taken_.load()) return;
  if (!loop_->enter(*this)) return (void)take();
  self_ = shared_from_this();
  timer_.emplace(loop_->timers(), [this] { ring(); });
  timer_->arm(due);
}

void LaterCall::forget() {
  if (take()) loop_->post([self = shared_from_this()] { self->go(); });
}

void LaterCall::forget_here() {
  (void)take();
  go();
}

// Whoever is first has it.
std::optional<LaterCall::Function> LaterCall::take() {
  if (taken_.exchange(true)) return std::nullopt;
  return std::move(f_);
}

void LaterCall::ring() {
  const auto self = shared_from_this();
  auto f = take();
  go();
  if (f) (*f)();
}

void LaterCall::go() {
  const auto self = std::exchange(self_, nullptr);
  if (!self) return;
  timer_.reset();
  loop_->leave(*this);
}

void LaterCall::loop_ends() {
  const auto self = std::exchange(self_, nullptr);
  timer_.reset();
  (void)take();
}

}  // namespace net

PendingCall::PendingCall(std::shared_ptr<net::LaterCall> call) noexcept : call_{std::move(call)} {}

PendingCall::~PendingCall() { cancel(); }

PendingCall& PendingCall::operator=(PendingCall&& other) noexcept {
  PendingCall mine{std::move(other)};
  call_.swap(mine.call_);
  return *this;
}

void PendingCall::cancel() noexcept {
  if (const auto call = std::exchange(call_, nullptr)) call->forget();
}

}  // namespace zenws

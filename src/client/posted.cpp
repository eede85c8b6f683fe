#include "client/posted.hpp"

#include <utility>

#include "base/clock.hpp"
#include "base/contain.hpp"

namespace zenws::client {

Result<> Posted::post(Function f) {
  if (Result<> allowed = check(f); !allowed) return allowed;
  loop_.post([this, kept = owner_.keep(), f = std::move(f)]() mutable { call("post", "Post error", f); });
  return {};
}

Result<PendingCall> Posted::call_after(std::chrono::milliseconds delay, Function f) {
  if (Result<> allowed = check(f); !allowed) return std::unexpected{std::move(allowed).error()};
  // Weak: a call that is long in coming keeps no client.
  const std::weak_ptr<void> weak = owner_.keep();
  const auto later =
      std::make_shared<net::LaterCall>(loop_.shared_from_this(), [this, weak, f = std::move(f)]() mutable {
        if (const auto kept = weak.lock()) call("call_after", "Timer error", f);
      });
  loop_.post([this, kept = owner_.keep(), later, due = Clock::now() + bounded(delay)] {
    if (!may_call()) return later->forget_here();
    remember(later);
    later->start(due);
  });
  return PendingCall{later};
}

void Posted::stop() {
  for (const auto& call : std::exchange(later_, {})) {
    if (const auto waiting = call.lock()) waiting->forget_here();
  }
}

// Any thread. False from the moment that close() is called, the last handle goes or the client ends by itself.
bool Posted::may_call() const noexcept {
  return voice_.silence() == Silence::none && counters_.state.load(std::memory_order_acquire) != State::disconnected;
}

Result<> Posted::check(const Function& f) const {
  if (!f) return std::unexpected{Error{errc::invalid_config, Phase::none, "there is no function to call"}};
  if (!may_call()) return std::unexpected{Error{errc::closed, Phase::none, "the client has ended"}};
  return {};
}

void Posted::call(std::string_view asked_by, std::string_view title, Function& f) {
  if (!may_call()) return;
  const auto kept = owner_.keep();
  if (const auto called = contained(f); !called) voice_.failed(asked_by, title, called.error().what);
}

// Tidied whenever there is no room left: at most half of those that it goes through are kept for nothing.
void Posted::remember(const std::shared_ptr<net::LaterCall>& call) {
  if (later_.size() == later_.capacity()) {
    std::erase_if(later_, [](const auto& other) { return other.expired(); });
    later_.reserve(2 * later_.size() + 1);
  }
  later_.push_back(call);
}

}  // namespace zenws::client

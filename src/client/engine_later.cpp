// What a client's loop is asked to call, soon or later. See engine.hpp.
#include <functional>
#include <string_view>
#include <utility>

#include "base/contain.hpp"
#include "client/engine.hpp"

namespace zenws::client {

namespace {

Result<> check_call(const std::move_only_function<void()>& f, bool has_ended) {
  if (!f) return std::unexpected{Error{errc::invalid_config, Phase::none, "there is no function to call"}};
  if (has_ended) return std::unexpected{Error{errc::closed, Phase::none, "the client has ended"}};
  return {};
}

}  // namespace

// Any thread. False from the moment that close() is called, the last handle goes or the client ends by itself.
bool Engine::may_call() const noexcept {
  return voice_.silence() == Silence::none && numbers_.state.load(std::memory_order_acquire) != State::disconnected;
}

void Engine::call(std::string_view asked_by, std::string_view title, std::move_only_function<void()>& f) {
  if (!may_call()) return;
  const auto self = shared_from_this();
  if (const auto thrown = text_of_what_it_throws(f)) voice_.failed(asked_by, title, *thrown);
}

Result<> Engine::post(std::move_only_function<void()> f) {
  if (Result<> allowed = check_call(f, !may_call()); !allowed) return allowed;
  loop_->post([self = shared_from_this(), f = std::move(f)]() mutable { self->call("post", "Post error", f); });
  return {};
}

Result<PendingCall> Engine::call_after(std::chrono::milliseconds delay, std::move_only_function<void()> f) {
  if (Result<> allowed = check_call(f, !may_call()); !allowed) return std::unexpected{std::move(allowed).error()};
  const auto later = std::make_shared<net::LaterCall>(loop_, [weak = weak_from_this(), f = std::move(f)]() mutable {
    if (const auto self = weak.lock()) self->call("call_after", "Timer error", f);
  });
  loop_->post([self = shared_from_this(), later, due = Clock::now() + bounded(delay)] {
    if (!self->may_call()) return later->forget_here();
    if (!self->later_calls_) self->later_calls_ = std::make_unique<LaterCalls>();
    self->later_calls_->add(later);
    later->start(due);
  });
  return PendingCall{later};
}

}  // namespace zenws::client

// How a client ends, for good or to be started again by its supervisor. See engine.hpp.
#include <chrono>
#include <string>
#include <utility>

#include "base/latch.hpp"
#include "client/engine.hpp"

namespace zenws::client {

// After it the engine is an empty shell that answers its handles.
void Engine::carry_out(const Life::Stop& action) {
  links_.end_dial(Life::Which::present);
  carry_out(Life::DropRotation{});
  if (rotation_) rotation_->forget_held();
  carry_out(Life::ForgetHandover{});
  // Who was told of its upgrade may have closed us before Life knew it.
  if (const auto present = links_.release(Life::Which::present)) present->abort(action.error);
  life_timer_.reset();
  calls_.stop();
  posted_.stop();
  if (inbox_) inbox_->stop();
  subscribing_.stop();
  subscribing_.lost(action.error);  // who began to wait while nothing was connected
  if (self_) loop_->leave(*this);
  self_.reset();
  const Error error = action.error;
  voice_.tell(Stopped{error});
  if (inbox_) inbox_->end(error);
  audience_.ended(id(), error);
}

void Engine::watch_end(std::weak_ptr<EndWatcher> watcher) {
  loop_->post([self = shared_from_this(), watcher = std::move(watcher)] {
    if (self->life_.has_ended() && !self->self_) {
      if (const auto told = watcher.lock()) told->client_ended(self->id());
      return;
    }
    self->audience_.awaits_end(watcher);
  });
}

void Engine::close(std::uint16_t code, std::string reason, Completion<void> completion) {
  voice_.silence(Silence::messages);
  loop_->post(
      [self = shared_from_this(), code, reason = std::move(reason), completion = std::move(completion)]() mutable {
        const bool running = self->self_ != nullptr;
        self->happens([&](Life& life) { life.close_asked(code, reason); });
        if (!running || self->self_ == nullptr) return self->audience_.once_recorded(std::move(completion));
        self->audience_.awaits_end(std::move(completion));
      });
}

void Engine::close_here(std::uint16_t code, std::string_view reason) {
  voice_.silence(Silence::callbacks);
  happens([&](Life& life) { life.close_asked(code, std::string{reason}); });
}

void Engine::let_go() noexcept {
  if (is_loop_thread()) return close_here(1000, {});
  voice_.silence(Silence::callbacks);
  const Latch quiet;
  loop_->post([self = shared_from_this(), key = quiet.key()] { self->close_here(1000, {}); });
  quiet.wait_until(Clock::now() + bounded(settings_.options().close_timeout));
}

void Engine::loop_ends() {
  happens([](Life& life) { life.runtime_ends(); });
}

}  // namespace zenws::client

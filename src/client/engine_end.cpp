// How a client ends, for good or to be started again by its supervisor. See engine.hpp.
#include <chrono>
#include <future>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "client/engine.hpp"

namespace zenws::client {

// After it the engine is an empty shell that answers its handles.
void Engine::carry_out(const Life::Stop& action) {
  dial_.reset();
  rotation_.reset();
  life_timer_.reset();
  request_timer_.reset();
  receive_timer_.reset();
  subscribing_.stop();
  if (self_) loop_->leave(*this);
  self_.reset();
  const Error error = action.error;
  tell(Stopped{error});
  if (mailbox_) mailbox_->end(error);
  for (const auto& watcher : std::exchange(end_watchers_, {})) {
    if (const auto told = watcher.lock()) told->client_ended(id_);
  }
  if (recording_) recording_->finish([] {});
  started_(std::unexpected{error});
  for (Settle<void>& closer : std::exchange(closers_, {})) once_recorded(std::move(closer));
}

// Who waited for the end finds the recording complete, and its file free. On the loop, which does not wait itself.
void Engine::once_recorded(Settle<void> settle) {
  if (!recording_) return settle({});
  recording_->finish([loop = loop_, settle = std::move(settle)]() mutable {
    loop->post([settle = std::move(settle)]() mutable { settle({}); });
  });
}

void Engine::watch_end(std::weak_ptr<EndWatcher> watcher) {
  loop_->post([self = shared_from_this(), watcher = std::move(watcher)] {
    if (self->life_.has_ended() && !self->self_) {
      if (const auto told = watcher.lock()) told->client_ended(self->id_);
      return;
    }
    const auto is_useless = [&](const auto& other) {
      return other.expired() || (!other.owner_before(watcher) && !watcher.owner_before(other));
    };
    std::erase_if(self->end_watchers_, is_useless);
    self->end_watchers_.push_back(watcher);
  });
}

void Engine::close(std::uint16_t code, std::string reason, Settle<void> settle) {
  silence(Silence::messages);
  loop_->post([self = shared_from_this(), code, reason = std::move(reason), settle = std::move(settle)]() mutable {
    const bool running = self->self_ != nullptr;
    self->happens([&](Life& life) { life.close_asked(code, reason); });
    if (!running || self->self_ == nullptr) return self->once_recorded(std::move(settle));
    self->closers_.push_back(std::move(settle));
  });
}

// Any thread. At once: what is on the loop now may be a flood of messages.
void Engine::silence(Silence silence) noexcept {
  Silence before = silence_.load(std::memory_order_relaxed);
  while (before < silence && !silence_.compare_exchange_weak(before, silence)) {
  }
}

void Engine::close_here(std::uint16_t code, std::string_view reason) {
  silence(Silence::callbacks);
  happens([&](Life& life) { life.close_asked(code, std::string{reason}); });
}

void Engine::let_go() noexcept {
  if (is_loop_thread()) return close_here(1000, {});
  silence(Silence::callbacks);
  std::promise<void> quiet;
  std::future<void> wait = quiet.get_future();
  loop_->post([self = shared_from_this(), quiet = std::move(quiet)]() mutable {
    self->close_here(1000, {});
    quiet.set_value();
  });
  // Ends early when the loop has ended: the promise is then dropped, broken.
  wait.wait_for(options_.close_timeout);
}

void Engine::loop_ends() {
  happens([](Life& life) { life.runtime_ends(); });
}

}  // namespace zenws::client

// How a client ends, for good or to be started again by its supervisor. See engine.hpp.
#include <chrono>
#include <future>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "client/engine.hpp"

namespace zenws::client {

void Engine::begin_close(std::uint16_t code, std::string_view reason) {
  if (end_) return;
  const auto self = shared_from_this();
  end_ = Error{errc::closed, Phase::close, "the client was closed"};
  publish(State::disconnected);
  if (!connection_) return stop(*end_);
  if (is_retiring()) {
    rotation_->second->close(code, reason, *end_);  // what was sent there is still sent
  } else {
    drop_rotation();
  }
  connection_->close(code, reason, *end_);
}

// Before the first connection counts.
void Engine::give_up(Error error) {
  if (!connection_) return stop(std::move(error));
  end_ = std::move(error);
  connection_->abort(*end_);
}

// The one way to the end. After it the engine is an empty shell that answers its handles.
void Engine::stop(Error error) {
  const auto self = shared_from_this();
  if (restarts(error)) return;
  if (!end_) end_ = std::move(error);
  publish(State::disconnected);
  dial_.reset();
  drop_rotation();
  rotation_.reset();
  age_timer_.reset();
  retry_timer_.reset();
  request_timer_.reset();
  receive_timer_.reset();
  later_calls_.reset();
  subscribing_.stop();
  connect_deadline_.reset();
  if (self_) loop_->leave(*this);
  self_.reset();
  tell(Stopped{*end_});
  if (mailbox_) mailbox_->end(*end_);
  for (const auto& watcher : std::exchange(end_watchers_, {})) {
    if (const auto told = watcher.lock()) told->client_ended(id_);
  }
  if (recording_) recording_->finish([] {});
  started_(std::unexpected{*end_});
  for (Settle<void>& closer : std::exchange(closers_, {})) once_recorded(std::move(closer));
}

// True: the supervisor wants it to go on. It begins like new, with what a reconnect keeps.
bool Engine::restarts(const Error& error) {
  if (!supervision_ || !self_ || was_closed()) return false;
  const Result<std::chrono::milliseconds> delay = supervision_->restart_after(error);
  if (!delay) {
    end_ = delay.error();
    return false;
  }
  end_.reset();
  dial_.reset();
  connect_deadline_.reset();
  retry_ = policy::Retry{policy::retry_settings(options_)};
  attempt_ = 0;
  last_error_ = error;
  numbers_.restarts.add(1);
  publish(numbers_.epoch.value() == 0 ? State::connecting : State::reconnecting);
  if (debugs()) log(LogLevel::debug, fmt::format("restart {} in {} ms", numbers_.restarts.value(), delay->count()));
  tell(Restarting{numbers_.restarts.value(), *delay, error});
  if (!end_) arm(retry_timer_, Clock::now() + *delay, &Engine::dial);
  return true;
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
    if (self->end_ && !self->self_) {
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
    self->begin_close(code, reason);
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
  begin_close(code, reason);
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
  const auto self = shared_from_this();
  if (!end_) end_ = Error{errc::closed, Phase::close, "the runtime has ended"};
  if (connection_) {
    drop_rotation();
    connection_->leave(1001, *end_);
  } else {
    stop(*end_);
  }
}

}  // namespace zenws::client

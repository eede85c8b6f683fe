// How a client obeys its Life: what happened is told, what that decides is done. See engine.hpp.
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "client/engine.hpp"

namespace zenws::client {

// What a user's function or a connection brings about while we obey is done after what is being done, and in place of
// what it made void: nobody else needs to ask whether a callback has closed us.
void Engine::obey() {
  publish(life_.state());
  const Life::Obedience obedience = life_.obey();
  if (!obedience) return;
  while (const auto action = life_.next()) {
    std::visit([this](const auto& what) { carry_out(what); }, *action);
    publish(life_.state());
  }
  if (!self_ || (!life_timer_ && life_.deadline() == never)) return;
  if (!life_timer_) life_timer_ = std::make_unique<net::Timer>(loop_->timers(), [this] { life_due(); });
  life_timer_->arm(life_.deadline());
}

// A loop that was busy finds what came in time, a login's answer among it, and what that brought about.
void Engine::life_due() {
  const auto self = shared_from_this();
  const bool has_read = links_.have_read();
  loop_->run_posted();
  if (!life_timer_) return;
  if (!has_read) return life_timer_->arm(Clock::now());
  happens([](Life& life) { life.due(Clock::now()); });
}

void Engine::carry_out(const Life::Tell& action) {
  if (const auto* const restart = std::get_if<Restarting>(&action.event)) counters_.restarts.set(restart->restart);
  if (voice_.debugs()) say(action.event);
  voice_.tell(action.event);
}

void Engine::say(const Lifecycle& event) const {
  if (const auto* const connected = std::get_if<Connected>(&event)) {
    voice_.log(LogLevel::debug, fmt::format("connected, connection {}", connected->epoch));
  } else if (const auto* const again = std::get_if<Reconnecting>(&event)) {
    voice_.log(LogLevel::debug, fmt::format("retry {} in {} ms", again->attempt, again->delay.count()));
  } else if (const auto* const restart = std::get_if<Restarting>(&event)) {
    voice_.log(LogLevel::debug, fmt::format("restart {} in {} ms", restart->restart, restart->delay.count()));
  }
}

void Engine::carry_out(const Life::Join&) { voice_.join(); }

void Engine::carry_out(const Life::Leave&) { voice_.leave(); }

void Engine::carry_out(const Life::CompleteStart&) { audience_.begun({}); }

void Engine::carry_out(const Life::Subscribe& action) { subscribing_.opened(action.again); }

void Engine::carry_out(const Life::Close& action) {
  if (const auto link = links_.of(action.which)) link->close(action.code, action.reason, action.error);
}

void Engine::carry_out(const Life::Abort& action) {
  if (const auto present = links_.of(Life::Which::present)) present->abort(action.error);
}

void Engine::carry_out(const Life::Quit& action) {
  if (const auto present = links_.of(Life::Which::present)) present->leave(1001, action.error);
}

void Engine::carry_out(const Life::GiveUp& action) {
  if (voice_.debugs()) voice_.log(LogLevel::debug, fmt::format("no retry: {}", to_string(action.error)));
}

void Engine::carry_out(const Life::AskSupervisor& action) {
  links_.end_dial(Life::Which::present);
  life_.supervised(voice_.supervision()->restart_after(action.error), Clock::now());
}

}  // namespace zenws::client

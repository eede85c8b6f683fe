// How a connection comes about: dialled, opened, logged in, announced. See engine.hpp.
#include <utility>

#include <fmt/format.h>

#include <zenws/access.hpp>

#include "base/contain.hpp"
#include "base/random.hpp"
#include "client/engine.hpp"

namespace zenws::client {

void Engine::carry_out(const Life::Dial& action) {
  if (action.which == Life::Which::other) {
    if (!rotation_) {
      rotation_ = std::make_unique<Rotation>(*loop_, settings_.options(), counters_, links_,
                                             static_cast<Rotation::Owner&>(*this));
    }
    if (rotation_->holds_any()) return life_.rotation_has_no_room(Clock::now());
  }
  Result<net::DialRequest> request = links_.dialler().next(action.attempt, action.last ? &*action.last : nullptr);
  if (!life_.is_dialling(action.which)) return;  // the provider closed us
  if (!request) return dial_failed(action.which, request.error());
  voice_.log(LogLevel::debug, "dialling");
  voice_.events().attempt();
  net::Dial::Watch watch;
  if (settings_.options().debug) {
    watch = [this](const net::DialStep& step) {
      voice_.log(LogLevel::debug, fmt::format("{}: {}", to_string(step.phase), step.text));
    };
  }
  const auto done = [this, which = action.which](Result<net::Dialled> result) { dialled(which, std::move(result)); };
  links_.dial(action.which, *std::move(request), done, std::move(watch));
}

void Engine::dialled(Life::Which which, Result<net::Dialled> dialled) {
  const auto self = shared_from_this();
  links_.end_dial(which);
  if (!dialled) return dial_failed(which, dialled.error());
  which == Life::Which::present ? open_present(*std::move(dialled)) : open_successor(*std::move(dialled));
}

void Engine::dial_failed(Life::Which which, const Error& error) {
  if (which == Life::Which::other) {
    return happens([&](Life& life) { life.successor_dial_failed(error, Clock::now(), random_unit()); });
  }
  if (voice_.debugs()) voice_.log(LogLevel::debug, to_string(error));
  counters_.failures.failed(Clock::now());
  const Life::Failure failure = failure_of(error);
  happens([&](Life& life) { life.dial_failed(failure, Clock::now(), random_unit()); });
}

// ---- serve

void Engine::open_present(net::Dialled dialled) {
  link::Link& present = links_.open(Life::Which::present, dialled);
  const Connected link{present.epoch(), dialled.took, dialled.answer.subprotocol};
  counters_.epoch.set(link.epoch);
  if (link.epoch > 1) counters_.reconnects.add(1);
  begin(present, std::move(dialled));
  happens([&](Life& life) { life.dialled(link, Clock::now(), random_unit()); });
}

void Engine::begin(link::Link& link, net::Dialled dialled) {
  const auto took = dialled.took;
  links_.begin(link, std::move(dialled), shared_from_this());
  voice_.events().upgraded(took);
}

// The hook may send, but the connection does not count as open before it is done.
void Engine::carry_out(const Life::Greet& action) {
  voice_.log(LogLevel::debug, "authenticating");
  // Dropped without a call, the Completion says so.
  Completion<void> completion{[weak = weak_from_this(), epoch = action.epoch](Result<> result) {
    const auto self = weak.lock();
    if (!self) return;
    self->loop_->post([self, epoch, result = std::move(result)] { self->greeted(epoch, result); });
  }};
  const auto& hook = settings_.own<&Options::authenticate>();
  Authenticated done{[completion = std::move(completion)](Result<> result) mutable { completion(std::move(result)); }};
  const auto called = contained([&] { hook(Access::on(voice_.ref(), action.epoch), std::move(done)); });
  if (!called) callback_failed(called.error().what);
}

void Engine::greeted(std::uint64_t epoch, const Result<>& result) {
  happens([&](Life& life) { life.greeted(epoch, result, Clock::now(), random_unit()); });
}

}  // namespace zenws::client

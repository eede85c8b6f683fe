// The system's resolver, asked again at every attempt.
#include "net/resolve.hpp"

#include <utility>

#include "net/network.hpp"

namespace zenws::net {

// Whichever thread answers hands it to the loop, where an empty `done` tells that nobody waits any more.
struct Resolve::State final : Asker, std::enable_shared_from_this<Resolve::State> {
  State(Loop& on, std::uint16_t to_port, Done callback)
      : loop(on.weak_from_this()), port(to_port), done(std::move(callback)) {}

  void answered(const Addresses& addresses) override {
    if (const auto alive = loop.lock()) {
      alive->post([self = shared_from_this(), addresses] { self->finish(addresses); });
    }
  }

  void finish(Addresses addresses) {
    if (!done) return;
    let_go();
    if (addresses) {
      for (Endpoint& endpoint : *addresses) endpoint.set_port(port);
    }
    std::exchange(done, nullptr)(std::move(addresses));
  }

  // Nothing is waited for any more.
  void let_go() {
    if (const auto alive = loop.lock()) alive->release();
  }

  const std::weak_ptr<Loop> loop;
  const std::uint16_t port;
  Done done;
};

Resolve::Resolve(Loop& loop, const std::string& host, std::uint16_t port, Done done)
    : state_(std::make_shared<State>(loop, port, std::move(done))) {
  const auto numeric = numeric_endpoint(host, port);
  const Result<> asked = numeric ? Result<>{} : loop.network().resolve(host, state_);
  if (numeric) state_->answered(std::vector{*numeric});
  if (!asked) state_->answered(std::unexpected{asked.error()});
  loop.hold();  // until the answer comes, or is not wanted any more
}

Resolve::~Resolve() {
  if (!state_->done) return;
  state_->done = nullptr;
  state_->let_go();
}

}  // namespace zenws::net

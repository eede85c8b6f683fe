#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <zenws/supervisor.hpp>

#include "sim/desks.hpp"

namespace zenws::sim {

using namespace std::chrono_literals;

namespace {

class Fleet final : public Actor {
 public:
  Fleet(SimWorld& world, const Broken& broken, const Desks& desks) : Actor{world, "fleet", broken} {
    SupervisorOptions options;
    for (const char* const name : {"fleet-1", "fleet-2", "fleet-3"}) {
      Options how = options_that_endure(desks.clients);
      how.heartbeat = Heartbeat::ping_pong(5s);
      how.retry_count = 3;  // then it is the supervisor's turn
      how.tls.ca_pem = desks.venue.server().ca_pem();
      how.handler = [this](const Message&) { check(!closed_, "no handler is called after shutdown()"); };
      options.children.push_back({.url = desks.venue.url(name),
                                  .options = std::move(how),
                                  .supervision = {.name = name, .restart = Restart::permanent, .max_restarts = 1000}});
    }
    options.on_lifecycle = [this](const ClientRef& client, const Lifecycle& event) { told(client.id(), event); };
    auto made = ClientSupervisor::create(std::move(options));
    check(made.has_value(), "a supervisor is made");
    if (made) supervisor_.emplace(*std::move(made));
  }

  void act() override {
    const std::size_t number = endings_.size();
    endings_.push_back(0);
    supervisor_->pool().request_balanced(
        "public/test", {}, {.idempotent = world_.chance(0.5), .timeout = 2s},
        [this, number](const Result<Response>&) { check(++endings_.at(number) == 1, "a balanced request ends once"); });
  }

  void judge_at_rest() override {
    world_.run_for(10s);
    for (const SupervisedClient& child : supervisor_->children()) {
      check(child.state == State::connected, "all that are supervised are connected: " + child.supervision.name);
    }
    check(supervisor_->children().size() == 3, "none of them is given up");
    check(std::ranges::all_of(endings_, [](int times) { return times == 1; }), "each balanced request ends once");
  }

  void close() override {
    check(supervisor_->shutdown().has_value(), "shuts down within its time");
    closed_ = true;
  }

  [[nodiscard]] std::uint64_t reconnects() override { return reconnects_; }

 private:
  void told(std::uint64_t client, const Lifecycle& event) {
    check(!closed_, "nothing is told after shutdown()");
    bool& open = open_[client];
    if (std::holds_alternative<Connected>(event)) {
      check(!open, "each is told of one connection at a time");
      ++reconnects_;
    }
    if (std::holds_alternative<Disconnected>(event)) check(open, "what is lost was open");
    if (std::holds_alternative<Restarting>(event)) say("restarts one");
    const auto* stopped = std::get_if<Stopped>(&event);
    check(stopped == nullptr || stopped->error == errc::closed, "a supervised client does not stop by itself");
    if (event.index() < 2) open = std::holds_alternative<Connected>(event);
  }

  std::map<std::uint64_t, bool> open_;
  std::vector<int> endings_;
  std::uint64_t reconnects_ = 0;
  bool closed_ = false;
  std::optional<ClientSupervisor> supervisor_;
};

}  // namespace

Desks::Made Desks::fleet(SimWorld& world, const Broken& broken) const {
  return std::make_unique<Fleet>(world, broken, *this);
}

}  // namespace zenws::sim

#include "sim/scenario.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "sim/desks.hpp"
#include "sim/subject.hpp"

namespace zenws::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto lasts = 10min;
constexpr auto heals_within = 1min;  // the longest backoff, dials that nobody answers, heartbeats, requests

// A folder of its own, which goes with it.
class Folder {
 public:
  Folder() { std::filesystem::create_directories(path_); }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  const std::string path_ = fmt::format("{}/zenws-sim.{}", std::filesystem::temp_directory_path().string(), ::getpid());
};

class LoopThatEnds {
 public:
  explicit LoopThatEnds(std::shared_ptr<net::Loop> loop) : loop_{std::move(loop)} {}
  ~LoopThatEnds() { loop_->end(); }
  LoopThatEnds(const LoopThatEnds&) = delete;
  LoopThatEnds& operator=(const LoopThatEnds&) = delete;

  [[nodiscard]] const std::shared_ptr<net::Loop>& get() const noexcept { return loop_; }

 private:
  const std::shared_ptr<net::Loop> loop_;
};

class Scenario {
 public:
  Scenario(std::uint64_t seed, std::vector<Fault> faults)
      : world_{seed}, outcome_{.seed = seed, .faults = std::move(faults)} {}

  Outcome run() {
    {
      const InWorld inside{world_};
      live();
    }
    outcome_.lines = world_.lines();
    outcome_.hash = world_.hash();
    outcome_.events = world_.events();
    return std::move(outcome_);
  }

 private:
  using Actors = std::vector<std::unique_ptr<Actor>>;
  using Servers = std::vector<testing::Server*>;

  void live() {
    const Folder folder;
    SimNet net{world_};
    Runtime servers{net.make_loop(SimNet::Machine::server)};
    Venue venue{world_, broken()};
    if (!venue.start(servers, is_secure(outcome_.seed))) return fail("the venue starts");
    Actors actors;
    const LoopThatEnds loop{net.make_loop(SimNet::Machine::client)};  // before them: what is told then finds them
    Runtime clients{loop.get()};
    std::vector<testing::Server*> others;
    for (std::uint64_t count = 2 + world_.draw(3); count > 0; --count) {
      const std::string name = fmt::format("client-{}", count);
      actors.push_back(std::make_unique<Subject>(
          world_, name, broken(), Subject::Place{venue, clients, fmt::format("{}/{}", folder.path(), name)}));
    }
    add_desks(actors, others, {.venue = venue, .servers = servers, .clients = clients});
    outcome_.clients = actors.size();
    live_with_faults(net, venue, others, actors);
    if (outcome_.broken.empty()) rest(net, venue, others, actors);
    outcome_.handshakes = venue.handshakes();
    for (const auto& actor : actors) outcome_.reconnects += actor->reconnects();
  }

  void add_desks(Actors& actors, Servers& others, const Desks& desks) {
    actors.push_back(desks.fleet(world_, broken()));
    if (world_.chance(0.2)) actors.push_back(desks.deribit(world_, broken(), others));
    if (world_.chance(0.2)) actors.push_back(desks.binance(world_, broken(), others));
  }

  void live_with_faults(SimNet& net, Venue& venue, const Servers& others, Actors& actors) {
    auto fault = outcome_.faults.begin();
    const TimePoint end = SimWorld::begin + lasts;
    while (world_.now() < end && outcome_.broken.empty()) {
      world_.run_for(world_.draw_between(10ms, 4s));
      for (; fault != outcome_.faults.end() && SimWorld::begin + fault->when <= world_.now(); ++fault) {
        happen(*fault, net, venue, others);
      }
      for (auto& actor : actors) actor->act();
      venue.publish();
    }
  }

  void rest(SimNet& net, Venue& venue, const Servers& others, Actors& actors) {
    world_.log("the faults are over");
    end_faults(net, venue, others);
    for (const TimePoint well = world_.now() + heals_within; world_.now() < well; world_.run_for(1s)) {
      for (auto& actor : actors) actor->keep_up();
    }
    for (auto& actor : actors) actor->judge_at_rest();
    for (auto& actor : actors) actor->close();
    world_.run_for(1min);
  }

  Broken broken() {
    return [this](const std::string& rule) { fail(rule); };
  }

  void fail(const std::string& rule) {
    world_.log("BROKEN " + rule);
    outcome_.broken.push_back(rule);
  }

  SimWorld world_;
  Outcome outcome_;
};

// Whether without these faults the same rule is broken.
bool is_the_same(const Outcome& less, const Outcome& broken) {
  return !less.broken.empty() && less.broken.front() == broken.broken.front();
}

}  // namespace

Outcome run_seed(std::uint64_t seed, std::optional<std::vector<Fault>> faults) {
  return Scenario{seed, faults ? *std::move(faults) : draw_faults(seed, lasts)}.run();
}

// Halves, quarters, … single ones are left out, for as long as that helps.
Outcome shorten(Outcome broken) {
  for (std::size_t piece = broken.faults.size(); piece > 0; piece /= 2) {
    for (std::size_t at = 0; at < broken.faults.size();) {
      const auto first = broken.faults.begin() + static_cast<std::ptrdiff_t>(at);
      const auto last = first + static_cast<std::ptrdiff_t>(std::min(piece, broken.faults.size() - at));
      std::vector<Fault> fewer{broken.faults.begin(), first};
      fewer.insert(fewer.end(), last, broken.faults.end());
      Outcome less = run_seed(broken.seed, std::move(fewer));
      if (is_the_same(less, broken)) {
        broken = std::move(less);
      } else {
        at += piece;
      }
    }
  }
  return broken;
}

void Sum::add(const Outcome& outcome) {
  ++seeds;
  events += outcome.events;
  faults += outcome.faults.size();
  clients += outcome.clients;
  reconnects += outcome.reconnects;
  handshakes += outcome.handshakes;
}

std::string to_string(const Sum& sum) {
  return fmt::format("{} seeds, {} clients, {} faults, {} handshakes, {} reconnects, {} events", sum.seeds, sum.clients,
                     sum.faults, sum.handshakes, sum.reconnects, sum.events);
}

}  // namespace zenws::sim

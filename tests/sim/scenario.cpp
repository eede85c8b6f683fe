#include "sim/scenario.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace zenws::sim {
namespace {

using namespace std::chrono_literals;

class Scenario {
 public:
  explicit Scenario(std::uint64_t seed) : world_{seed}, outcome_{.seed = seed} {}

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
  static constexpr auto lasts = 10min;
  static constexpr auto heals_within = 2min;  // the longest backoff, dials that nobody answers, heartbeats

  void live() {
    SimNet net{world_};
    Runtime servers{net.make_loop()};
    Runtime clients{net.make_loop()};
    Venue venue{world_};
    auto server = testing::Server::start(venue.options(servers));
    if (!server) return fail("the server starts");
    const std::size_t count = 3 + world_.draw(3);
    std::vector<std::unique_ptr<Subject>> subjects;
    for (std::size_t i = 0; i < count; ++i) {
      subjects.push_back(std::make_unique<Subject>(world_, fmt::format("client-{}", i),
                                                   [this](const std::string& rule) { fail(rule); }));
      subjects.back()->connect(server->url(), clients);
    }
    const TimePoint end = world_.now() + lasts;
    while (world_.now() < end) {
      world_.run_for(world_.draw_between(10ms, 2s));
      for (auto& subject : subjects) subject->act();
      venue.publish(*server);
      if (world_.chance(0.05)) fault(net, *server);
    }
    world_.log("the faults are over");
    net.weather = {};
    server->set_faults({});
    world_.run_for(heals_within);
    for (auto& subject : subjects) {
      subject->judge_at_rest();
      outcome_.reconnects += subject->reconnects();
    }
    for (auto& subject : subjects) subject->close();
    world_.run_for(1min);
    outcome_.handshakes = venue.handshakes();
  }

  void fault(SimNet& net, testing::Server& server) {
    ++outcome_.faults;
    const auto any = [&] { return net.connections() == 0 ? 0 : world_.draw(net.connections()); };
    switch (world_.draw(9)) {
      case 0:
        world_.log("fault: a connection is cut");
        if (net.connections() != 0) net.cut(any());
        return;
      case 1:
        world_.log("fault: a connection goes silent");
        if (net.connections() != 0) net.silence(any());
        return;
      case 2:
        world_.log("fault: the server closes all");
        server.simulate_disconnect(testing::Disconnect::going_away());
        return;
      case 3:
        world_.log("fault: the server resets all");
        server.simulate_disconnect(testing::Disconnect::abrupt());
        return;
      case 4:
        world_.log("fault: upgrades are refused");
        return server.set_faults({.refuse_upgrade = HttpResponse{.status = 503, .reason = "Service Unavailable"}});
      case 5:
        world_.log("fault: upgrades drip, messages come late and in pieces");
        return server.set_faults({.delay_upgrade = 700ms, .delay_messages = 20ms, .fragment_size = 7});
      case 6:
        world_.log("fault: connects are refused, or lost");
        net.weather.refused = net.weather.lost = 0.3;
        return;
      case 7:
        world_.log("fault: the line is slow and narrow");
        net.weather.most_latency = 800ms;
        net.weather.window = 256;
        return;
      default:
        world_.log("better weather");
        net.weather = {};
        return server.set_faults({});
    }
  }

  void fail(const std::string& rule) {
    world_.log("BROKEN " + rule);
    if (outcome_.broken.size() < 10) outcome_.broken.push_back(rule);
  }

  SimWorld world_;
  Outcome outcome_;
};

}  // namespace

Outcome run_seed(std::uint64_t seed) { return Scenario{seed}.run(); }

}  // namespace zenws::sim

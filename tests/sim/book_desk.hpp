// What keeps a venue's book by one of our adapters, at a simulator of its own.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zenws/adapters/price_ladders.hpp>
#include <zenws/simulators/simulated_book.hpp>

#include "sim/actor.hpp"
#include "sim/desks.hpp"

namespace zenws::sim {

// Whether what was kept is what the venue has.
template <class Book>
bool is_same_book(const Book& kept, const simulators::SimulatedBook& real) {
  const auto is_same = [](const adapters::Level& a, const simulators::SimulatedLevel& b) {
    return a.price == b.price && a.amount == b.amount;
  };
  return std::ranges::equal(kept.bids(), real.bids, is_same) && std::ranges::equal(kept.asks(), real.asks, is_same);
}

template <class Adapter, class Simulator>
class BookDesk : public Actor {
 public:
  ~BookDesk() override { adapter_.reset(); }

  void act() override {
    move_the_book();
    if (!adapter_) return;
    if (!watches_) watches_ = adapter_->watch_book(instrument_).has_value();
    meddle();
  }

  void judge_at_rest() override {
    for (int second = 0; second < 60 && !is_settled(); ++second) {
      act();
      world_.run_for(std::chrono::seconds{1});
    }
    check(is_settled(), "the book is the venue's once the faults are over");
  }

  void close() override {
    if (adapter_) check(adapter_->close().has_value(), "closes within its time");
  }

  [[nodiscard]] std::uint64_t reconnects() override {
    return adapter_ ? adapter_->client().get_state_metrics().reconnects : 0;
  }

 protected:
  // `lot`: amounts are multiples of it.
  BookDesk(SimWorld& world, std::string name, Broken broken, std::string instrument, double lot)
      : Actor{world, std::move(name), std::move(broken)}, instrument_{std::move(instrument)}, lot_{lot} {}

  // The simulator, which `servers` get. Once.
  template <class SimulatorOptions>
  void open(SimulatorOptions venue, const Desks& desks, std::vector<testing::Server*>& servers) {
    venue.server.runtime = &desks.servers;
    auto started = Simulator::start(std::move(venue));
    check(started.has_value(), "the simulator starts");
    simulator_.emplace(*std::move(started));
    servers.push_back(&simulator_->server());
  }
  // Then the adapter.
  template <class AdapterOptions>
  void connect(AdapterOptions options) {
    options.url = simulator_->url();
    options.client.retry_policy = [](const Error&) { return Severity::recoverable; };
    Adapter::async_connect(std::move(options), [this](Result<Adapter> connected) {
      if (!connected) return say("cannot connect: " + to_string(connected.error()));
      adapter_ = *std::move(connected);
    });
  }

  // What is done beside it, once connected.
  virtual void meddle() = 0;

  [[nodiscard]] const std::string& instrument() const noexcept { return instrument_; }
  [[nodiscard]] Simulator& simulator() noexcept { return *simulator_; }
  [[nodiscard]] Adapter& adapter() noexcept { return *adapter_; }

 private:
  void move_the_book() {
    using simulators::SimulatedSide;
    const bool buys = world_.chance(0.5);
    const auto steps = static_cast<double>(1 + world_.draw(10));
    simulator_->set_level(instrument_, buys ? SimulatedSide::buy : SimulatedSide::sell,
                          50'000 + (buys ? -steps : steps), lot_ * static_cast<double>(world_.draw(5)));
  }

  [[nodiscard]] bool is_settled() {
    if (!adapter_ || !watches_) return false;
    const auto book = adapter_->book(instrument_);
    return book && book->is_in_sync() && is_same_book(*book, simulator_->book(instrument_));
  }

  const std::string instrument_;
  const double lot_;
  std::optional<Simulator> simulator_;
  std::optional<Adapter> adapter_;
  bool watches_ = false;
};

}  // namespace zenws::sim

// Names, and connections as pipes; and loops that the world runs.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/driver.hpp"
#include "net/loop.hpp"
#include "net/network.hpp"
#include "sim/pipe.hpp"
#include "sim/world.hpp"

namespace zenws::sim {

class SimAcceptor;

// What the network is like. May change while it is used.
struct Weather {
  enum class Names : std::uint8_t { known, unknown, hanging };

  Duration least_latency = std::chrono::microseconds{50};
  Duration most_latency = std::chrono::milliseconds{2};
  std::size_t window = std::size_t{64} << 10U;  // bytes on their way and unread, each direction
  double split = 0.2;                           // what arrives in two pieces
  double partial = 0.2;                         // a client's write that is taken in part only
  double full = 0.05;                           // one that is not taken, until soon
  double refused = 0;                           // a connect that is refused
  double lost = 0;                              // a connect that nobody answers
  Names names = Names::known;
};

// Everything that runs in a world: its loops and what lies between them.
class SimNet {
 public:
  explicit SimNet(SimWorld& world) : world_{world} {}
  ~SimNet();
  SimNet(const SimNet&) = delete;
  SimNet& operator=(const SimNet&) = delete;

  // Each is a machine of its own. A server's takes all that fits into the window.
  enum class Machine : std::uint8_t { client, server };
  std::shared_ptr<net::Loop> make_loop(Machine machine);

  Weather weather;
  [[nodiscard]] SimWorld& world() noexcept { return world_; }
  [[nodiscard]] Duration latency() { return world_.draw_between(weather.least_latency, weather.most_latency); }

  // ---- faults, of the connections that are open

  [[nodiscard]] std::size_t connections();
  // Once so many more bytes have come from the far end; after ten seconds at the latest.
  void break_after(std::size_t connection, std::size_t bytes, Break how);
  // For so long it takes nothing, in either direction.
  void stall(std::size_t connection, Duration span);

 private:
  friend class SimDriver;
  friend class SimAcceptor;

  struct Pair {
    std::weak_ptr<Pipe> there;
    std::weak_ptr<Pipe> back;
  };

  SimWorld& world_;
  std::map<std::uint16_t, SimAcceptor*> listening_;
  std::uint16_t next_port_ = 40'000;
  std::vector<Pair> links_;
  std::vector<std::weak_ptr<net::Loop>> loops_;
};

// A loop whose rounds are events of the world.
class SimDriver final : public net::Driver, public net::Network {
 public:
  SimDriver(SimNet& net, SimNet::Machine machine) : net_{net}, machine_{machine} {}

  void drive(const std::shared_ptr<net::Loop>& loop) { loop_ = loop; }

  // Driver
  void wake() override { run_at(net_.world().now()); }
  [[nodiscard]] bool is_this_thread() const noexcept override { return net_.world().here() == this; }
  bool dispatch_one() override;
  void waits_changed() noexcept override;
  [[nodiscard]] net::Network& network() noexcept override { return *this; }
  void end() noexcept override {}

  // Network
  Result<> resolve(const std::string& host, const std::weak_ptr<net::Asker>& asker) override;
  Or<Task> connect(net::Loop& loop, const net::Endpoint& to, Connected connected) override;
  Or<Acceptor> listen(net::Loop& loop, const net::Endpoint& at, Connected accepted) override;

  // `tells` in the loop's next round.
  void ready(std::move_only_function<void()> tells);
  [[nodiscard]] SimNet& net() noexcept { return net_; }
  [[nodiscard]] bool is_clients() const noexcept { return machine_ == SimNet::Machine::client; }

 private:
  void open(SimAcceptor& acceptor, const std::weak_ptr<Connected>& waits);
  void run_at(TimePoint when);
  void run();

  SimNet& net_;
  const SimNet::Machine machine_;
  std::weak_ptr<net::Loop> loop_;
  bool running_ = false;
  TimePoint next_run_ = never;
  TimePoint queued_ = never;  // the last event that was made for it, until it comes
  std::deque<std::move_only_function<void()>> ready_;
};

}  // namespace zenws::sim

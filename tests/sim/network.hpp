// Names, and connections as pipes with latency, limits and faults; and loops that the world runs.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/driver.hpp"
#include "net/loop.hpp"
#include "net/network.hpp"
#include "sim/world.hpp"

namespace zenws::sim {

class SimDriver;
class SimTransport;

// What the pipes are like. May change while they are used.
struct Weather {
  Duration least_latency = std::chrono::microseconds{50};
  Duration most_latency = std::chrono::milliseconds{2};
  std::size_t window = std::size_t{64} << 10U;  // bytes on their way and unread, each direction
  double partial = 0.2;                         // a write that is taken in part only
  double refused = 0;                           // a connect that is refused
  double lost = 0;                              // a connect that nobody answers
};

// Everything that runs in a world: its loops and what lies between them.
class SimNet {
 public:
  explicit SimNet(SimWorld& world) : world_{world} {}
  ~SimNet();
  SimNet(const SimNet&) = delete;
  SimNet& operator=(const SimNet&) = delete;

  // Each is a machine of its own.
  std::shared_ptr<net::Loop> make_loop();

  Weather weather;
  [[nodiscard]] SimWorld& world() noexcept { return world_; }

  // ---- faults, of the connections that are open

  [[nodiscard]] std::size_t connections() const noexcept { return links_.size(); }
  // RST on both sides; what is on its way is lost.
  void cut(std::size_t connection);
  // From now on nothing arrives, in either direction, and nobody is told.
  void silence(std::size_t connection);

 private:
  friend class SimDriver;
  friend class SimTransport;
  friend class SimAcceptor;

  struct Pair {
    std::weak_ptr<struct Pipe> there;
    std::weak_ptr<struct Pipe> back;
  };

  SimWorld& world_;
  std::map<std::uint16_t, class SimAcceptor*> listening_;
  std::uint16_t next_port_ = 40'000;
  std::vector<Pair> links_;
  std::vector<std::weak_ptr<net::Loop>> loops_;
};

}  // namespace zenws::sim

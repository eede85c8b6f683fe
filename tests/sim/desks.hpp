// Actors that are more than one ordinary client: supervised ones in a pool, and what trades at a venue.
#pragma once

#include <memory>
#include <vector>

#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "sim/actor.hpp"
#include "sim/venue.hpp"

namespace zenws::sim {

struct Desks {
  Venue& venue;
  Runtime& servers;
  Runtime& clients;

  using Made = std::unique_ptr<Actor>;

  // Three supervised clients of the venue, which requests are balanced over.
  [[nodiscard]] Made fleet(SimWorld& world, const Broken& broken) const;
  // adapters::Deribit, at a simulator of its own, which `servers` are given; books, logins, orders.
  [[nodiscard]] Made deribit(SimWorld& world, const Broken& broken, std::vector<testing::Server*>& servers) const;
  // adapters::Binance, likewise; books.
  [[nodiscard]] Made binance(SimWorld& world, const Broken& broken, std::vector<testing::Server*>& servers) const;
};

}  // namespace zenws::sim

#include "base/world.hpp"

#include "base/random.hpp"

namespace zenws {

InWorld::InWorld(World& world) noexcept {
  World::simulated_ = &world;
  forget_random_bytes();
}

InWorld::~InWorld() {
  World::simulated_ = nullptr;
  forget_random_bytes();
}

}  // namespace zenws

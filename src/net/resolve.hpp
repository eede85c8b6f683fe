// From a host and a port to the addresses worth trying.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <zenws/error.hpp>

#include "net/endpoint.hpp"
#include "net/loop.hpp"

namespace zenws::net {

// One look-up. Threads: the loop's only. Destroying it ends it; its callback is then never called.
class Resolve {
 public:
  using Done = std::move_only_function<void(Result<std::vector<Endpoint>>)>;
  // Both families, in the resolver's order; a numeric host is not looked up. `done` is never called from inside here.
  // Errors: phase resolve; resolver_category, or what Network::resolve says.
  Resolve(Loop& loop, const std::string& host, std::uint16_t port, Done done);
  ~Resolve();
  Resolve(const Resolve&) = delete;
  Resolve& operator=(const Resolve&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace zenws::net

// Who asks the system's resolver: a few threads for the whole process, since getaddrinfo blocks and cannot be
// cancelled.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <zenws/error.hpp>

#include "net/network.hpp"

namespace zenws::net {

// Equal questions are asked once. Threads start when they are needed, end when they were idle for long, and are waited
// for by nobody. Threads: any.
class ResolverPool {
 public:
  struct Limits {
    std::size_t threads = 8;
    std::size_t waiting = 1024;  // questions that no thread has taken yet
  };
  using LookUp = std::function<Addresses(const std::string& host)>;

  // The process's; never destroyed.
  static ResolverPool& shared();
  // `look_up` is called on several threads at once, and may still run when the pool is gone.
  explicit ResolverPool(Limits limits, LookUp look_up);

  // Answers on a thread of the pool. Errors, phase resolve: queue_full, the system's code when no thread can be made.
  Result<> ask(const std::string& host, const std::weak_ptr<Asker>& asker);

 private:
  struct State;
  std::shared_ptr<State> state_;  // the threads hold it too
};

// getaddrinfo. Errors: phase resolve, resolver_category or the system's.
[[nodiscard]] Addresses look_up(const std::string& host);

}  // namespace zenws::net

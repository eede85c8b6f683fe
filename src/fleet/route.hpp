// One message's way to the healthiest client, and to the next one when that did not take it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <zenws/pool.hpp>

#include "policy/health.hpp"

namespace zenws::fleet {

class Route {
 public:
  // `turn`: which of several equals is first.
  Route(std::vector<ClientRef> clients, const BalancedOptions& options, std::uint64_t turn);

  // The client to try. Errors: no_connections, max_attempts_exceeded, the last attempt's own.
  [[nodiscard]] Result<Client> next();
  // The client that next() gave last did not do it. True: another may.
  [[nodiscard]] bool may_go_on(const Error& error);

 private:
  void look();
  void tell_route() const;

  std::vector<ClientRef> clients_;
  std::vector<policy::Candidate> candidates_;  // of the same indices
  int max_attempts_;
  bool idempotent_;
  std::uint64_t turn_;
  int attempts_ = 0;
  std::size_t last_ = 0;  // index of the one that was tried last
  std::optional<Error> last_error_;
};

}  // namespace zenws::fleet

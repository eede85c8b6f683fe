// A seed's life: clients, servers and ten minutes of faults, with rules that are watched all the while.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/fault.hpp"

namespace zenws::sim {

// What one seed was, and what was wrong with it: empty when nothing.
struct Outcome {
  std::uint64_t seed = 0;
  std::vector<std::string> broken = {};
  std::vector<std::string> lines = {};  // the log
  std::vector<Fault> faults = {};
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::uint64_t clients = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t handshakes = 0;
};

// Its venue speaks TLS: OpenSSL is many times as dear as all the rest.
[[nodiscard]] constexpr bool is_secure(std::uint64_t seed) { return seed % 10 == 0; }

// `faults`: instead of those that the seed draws. It ends at the first rule that is broken.
[[nodiscard]] Outcome run_seed(std::uint64_t seed, std::optional<std::vector<Fault>> faults = std::nullopt);

// The fewest faults that were found to break the seed's first rule. Requires: it is broken.
[[nodiscard]] Outcome shorten(Outcome broken);

// Over many seeds.
struct Sum {
  std::uint64_t seeds = 0, events = 0, faults = 0, clients = 0, reconnects = 0, handshakes = 0;

  void add(const Outcome& outcome);
};
[[nodiscard]] std::string to_string(const Sum& sum);

}  // namespace zenws::sim

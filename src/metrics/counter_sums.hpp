// Counters of many clients, added up for good: they do not go down when a client leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include <zenws/client.hpp>

namespace zenws::metrics {

class CounterSums {
 public:
  explicit CounterSums(std::size_t size) : totals_(size, 0.0) {}

  // What the client has counted so far.
  void add(const ClientRef& client, const std::vector<double>& counts);
  // Remembers nothing of clients that are gone, but what they have counted.
  void forget_the_gone();
  [[nodiscard]] const std::vector<double>& totals() const noexcept { return totals_; }

 private:
  struct Counted {
    ClientRef client;
    std::vector<double> counts;
  };
  // Of clients that still are, also when the discovery does not name them at present.
  std::unordered_map<std::uint64_t, Counted> counted_;
  std::vector<double> totals_;
};

}  // namespace zenws::metrics

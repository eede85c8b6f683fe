// What the clients of a soak have received, and how long each loss lasted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "servers/sequence_tally.hpp"
#include "servers/soak_venue.hpp"

namespace zenws::program {

// What a soak comes to. Everything but `recoveries` over all clients.
struct SoakCount {
  std::uint64_t received = 0;
  std::uint64_t missed = 0;          // behind a loss
  std::uint64_t unheard = 0;         // of those: published while the client was not there
  std::uint64_t wrong = 0;           // missing without a loss, or come again
  std::uint64_t unbalanced = 0;      // clients whose received and missed are not what was published
  std::uint64_t lost_by_closes = 0;  // missed, although sent before a proper close
  std::uint64_t losses = 0;
  std::vector<std::chrono::nanoseconds> recoveries;  // ascending
};

// Threads: any.
class SoakTally {
 public:
  using Clock = std::chrono::steady_clock;
  explicit SoakTally(std::size_t clients) : clients_(clients) {}

  void on_number(std::size_t client, std::uint64_t number);
  // The server drops the client; told before it does.
  void on_drop(std::size_t client, Clock::time_point now);
  // It did not come to it.
  void on_no_drop(std::size_t client);
  void on_loss(std::size_t client);
  // Subscribed again.
  void on_restored(std::size_t client, Clock::time_point now);

  // It has come back from each of its drops, and receives.
  [[nodiscard]] bool flows(std::size_t client) const;
  // How many do not.
  [[nodiscard]] std::size_t out_of_flow() const;
  // Every client has received the number `published`.
  [[nodiscard]] bool all_have(std::uint64_t published) const;
  // The sum, against what the venue knows.
  [[nodiscard]] SoakCount count(const SoakVenue& venue) const;

 private:
  struct OneClient {
    SequenceTally numbers;
    std::uint64_t drops = 0;
    std::uint64_t losses = 0;
    std::uint64_t restored = 0;
    Clock::time_point dropped_at;
    [[nodiscard]] bool flows() const noexcept { return losses >= drops && restored >= losses && numbers.flows(); }
  };

  mutable std::mutex mutex_;
  std::vector<OneClient> clients_;
  std::vector<std::chrono::nanoseconds> recoveries_;
};

}  // namespace zenws::program

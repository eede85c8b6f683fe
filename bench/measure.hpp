// What a run costs, and what many runs say: CPU and wall time, round trips, medians; contenders take turns.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bench {

using Nanoseconds = std::chrono::nanoseconds;

struct Cost {
  Nanoseconds cpu;  // user and system, all threads of this process
  Nanoseconds wall;
};

// Runs from its construction.
class CostMeter {
 public:
  CostMeter() noexcept;
  [[nodiscard]] Cost read() const noexcept;

 private:
  Cost begin_;
};

// Percentiles of round trips, in microseconds.
struct RoundTrips {
  double p50;
  double p99;
  double p999;
};

// One run.
struct Sample {
  double cpu_per_message;  // nanoseconds
  double messages_per_second;
  std::optional<double> loop_per_message = std::nullopt;  // of that, the thread's that calls the handler
  std::optional<RoundTrips> round_trips = std::nullopt;
};

// CPU of the calling thread so far.
[[nodiscard]] Nanoseconds thread_cpu() noexcept;

[[nodiscard]] Sample sample_of(const Cost& cost, std::uint64_t messages);
// Requires: not empty.
[[nodiscard]] RoundTrips round_trips_of(std::vector<Nanoseconds> samples);

// Many runs of the same.
struct Spread {
  double median;
  double lowest;
  double highest;
};
// Requires: not empty.
[[nodiscard]] Spread spread_of(std::vector<double> values);

struct Contender {
  std::string name;
  std::function<Sample()> run;
};

struct Contest {
  std::string name;
  std::vector<Contender> contenders;  // the first is the floor
};

struct Row {
  std::string contest;
  std::string contender;
  Spread cpu_per_message;
  Spread messages_per_second;
  std::optional<Spread> loop;        // CPU of the loop's thread a message, where it is measured…
  std::optional<Spread> loop_ratio;  // … and its ratio to the floor's
  std::optional<Spread> p50;         // of an echo, and so are the next two
  std::optional<Spread> p99;
  std::optional<Spread> p999;
  Spread ratio;  // to the floor's run of the same round: of p50 where there is one, else of CPU
};

// Runs every contender `rounds` times, in turns, after one turn that does not count. One row each.
[[nodiscard]] std::vector<Row> hold(const Contest& contest, int rounds);

}  // namespace bench

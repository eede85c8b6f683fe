// How getrusage and the steady clock become numbers per message.
#include "measure.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <sys/resource.h>

namespace bench {

namespace {

using Samples = std::vector<Sample>;

Nanoseconds duration(const timeval& time) {
  return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

Cost cost_so_far() noexcept {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return {.cpu = duration(used.ru_utime) + duration(used.ru_stime),
          .wall = std::chrono::steady_clock::now().time_since_epoch()};
}

template <class Number>
Spread spread_over(const Samples& samples, Number&& number) {
  std::vector<double> values;
  for (const Sample& sample : samples) values.push_back(number(sample));
  return spread_of(std::move(values));
}

Row row_of(const Samples& samples) {
  Row row{};
  row.cpu_per_message = spread_over(samples, [](const Sample& sample) { return sample.cpu_per_message; });
  row.messages_per_second = spread_over(samples, [](const Sample& sample) { return sample.messages_per_second; });
  if (samples.front().round_trips) {
    row.p50 = spread_over(samples, [](const Sample& sample) { return sample.round_trips->p50; });
    row.p99 = spread_over(samples, [](const Sample& sample) { return sample.round_trips->p99; });
    row.p999 = spread_over(samples, [](const Sample& sample) { return sample.round_trips->p999; });
  }
  return row;
}

double loop_of(const Sample& sample) { return *sample.loop_per_message; }
double judged_by(const Sample& sample) { return sample.round_trips ? sample.round_trips->p50 : sample.cpu_per_message; }

// Round by round: what disturbs the machine for longer than a round disturbs both.
template <class Number>
Spread ratio_of(const Samples& samples, const Samples& floor, Number&& number) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < samples.size(); ++i) ratios.push_back(number(samples[i]) / number(floor[i]));
  return spread_of(std::move(ratios));
}

}  // namespace

CostMeter::CostMeter() noexcept : begin_{cost_so_far()} {}

Cost CostMeter::read() const noexcept {
  const Cost now = cost_so_far();
  return {.cpu = now.cpu - begin_.cpu, .wall = now.wall - begin_.wall};
}

Nanoseconds thread_cpu() noexcept {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec} + Nanoseconds{used.tv_nsec};
}

Sample sample_of(const Cost& cost, std::uint64_t messages) {
  const auto count = static_cast<double>(messages);
  return {.cpu_per_message = static_cast<double>(cost.cpu.count()) / count,
          .messages_per_second = count / std::chrono::duration<double>{cost.wall}.count()};
}

RoundTrips round_trips_of(std::vector<Nanoseconds> samples) {
  std::ranges::sort(samples);
  const auto at = [&samples](double share) {
    const auto rank = static_cast<std::size_t>(std::lround(share * static_cast<double>(samples.size() - 1)));
    return std::chrono::duration<double, std::micro>{samples[rank]}.count();
  };
  return {.p50 = at(0.5), .p99 = at(0.99), .p999 = at(0.999)};
}

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {.median = median, .lowest = values.front(), .highest = values.back()};
}

std::vector<Row> hold(const Contest& contest, int rounds) {
  for (const Contender& contender : contest.contenders) static_cast<void>(contender.run());
  std::vector<Samples> samples{contest.contenders.size()};
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i].push_back(contest.contenders[i].run());
  }
  std::vector<Row> rows;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Row row = row_of(samples[i]);
    row.contest = contest.name;
    row.contender = contest.contenders[i].name;
    row.ratio = ratio_of(samples[i], samples.front(), judged_by);
    if (samples[i].front().loop_per_message && samples.front().front().loop_per_message) {
      row.loop = spread_over(samples[i], loop_of);
      row.loop_ratio = ratio_of(samples[i], samples.front(), loop_of);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace bench

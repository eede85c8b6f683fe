// The floor: bare sockets, or OpenSSL on them. One connection by blocking calls, many by epoll.
#include "floor.hpp"

#include "versus/floor_loops.hpp"
#include "versus/works.hpp"

namespace bench {

namespace {

Figures figures_of(const Sample& sample) {
  Figures figures{{"cpu_ns", sample.cpu_per_message}, {"per_second", sample.messages_per_second}};
  if (sample.round_trips) {
    figures.insert({{"p50_us", sample.round_trips->p50},
                    {"p99_us", sample.round_trips->p99},
                    {"p999_us", sample.round_trips->p999}});
  }
  return figures;
}

}  // namespace

std::unique_ptr<Library> make_library(const Job& job) { return std::make_unique<FloorLoops>(job); }

std::optional<Figures> run_own(const Job& job) {
  const Task task{job.place, job.messages, job.size};
  if (job.work == "receive") return figures_of(floor_receive(task));
  if (job.work == "send") return figures_of(floor_send(task));
  if (job.work == "echo") return figures_of(floor_echo(task));
  return std::nullopt;
}

}  // namespace bench

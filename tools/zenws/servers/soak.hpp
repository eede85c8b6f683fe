// `zenws soak`: many clients, a server that drops one after the other, and whether anything is lost or leaks.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "command_line/metrics_endpoint.hpp"
#include "exit_codes.hpp"

namespace zenws::program {

struct SoakArguments {
  std::chrono::milliseconds duration{0};
  std::size_t clients = 500;
  std::chrono::milliseconds drop_every{1000};
  double rate = 2;                        // messages a second to each client
  std::optional<MetricsAddress> metrics;  // where they are shown, while drops go on
};

// Prints what was found on stdout, and a line every 10 s on stderr. Exit::ok when every check passes; Exit::usage (1)
// when one does not.
[[nodiscard]] Exit run_soak(const SoakArguments& arguments);

}  // namespace zenws::program

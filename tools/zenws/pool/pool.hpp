// `zenws pool`: messages at a steady rate to several servers, each by the healthiest, and a table of how they do.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <zenws/options.hpp>

#include "command_line/metrics_endpoint.hpp"
#include "exit_codes.hpp"

namespace zenws::program {

struct PoolArguments {
  std::vector<std::string> urls;
  Options options;         // of every client
  bool supervise = false;  // start clients again that have given up
  double send_rate = 1;    // messages a second, over all clients
  std::string message = "ping";
  std::string request;                    // a method: requests in place of messages
  bool idempotent = false;                // what is in doubt is asked again
  std::uint64_t count = 0;                // 0: no limit
  std::chrono::milliseconds duration{0};  // 0: until Ctrl-C
  std::chrono::milliseconds every{1000};  // between two tables
  std::optional<MetricsAddress> metrics = {};
};

// Prints a table on stdout each so often, in place on a terminal, and what happens to clients on stderr. Exit::ok when
// messages were sent; Exit::unreachable when no client ever connected; Exit::lost when all have stopped.
[[nodiscard]] Exit run_pool(const PoolArguments& arguments);

}  // namespace zenws::program

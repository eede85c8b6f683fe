// `zenws connect`: what it was asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <zenws/options.hpp>
#include <zenws/rate_limiter.hpp>

#include "command_line/metrics_endpoint.hpp"
#include "connect/adapter.hpp"
#include "exit_codes.hpp"

namespace zenws::program {

struct ConnectArguments {
  std::string url;
  Options options;                    // handler, on_lifecycle, rate_limiter and runtime are set by run_connect()
  std::vector<std::string> channels;  // subscribed to once it is open
  std::optional<Adapter> adapter;     // whose way of connecting; then the url may be empty
  std::optional<RateLimiterOptions> rate_limit;  // of what is sent
  std::optional<MetricsAddress> metrics;         // where they are shown
  bool binary = false;
  bool quiet = false;
  std::optional<std::uint64_t> count;                 // end after so many messages
  std::optional<std::chrono::milliseconds> duration;  // end so long after the connection opened
};

// Opens the connection, carries lines to and fro, and tells how it ended.
[[nodiscard]] Exit run_connect(const ConnectArguments& arguments);

}  // namespace zenws::program

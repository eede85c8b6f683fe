// How a pool is shown: a line a client, and what became of the messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/pool.hpp>

namespace zenws::program {

struct PoolLine {
  ClientHealth health;
  std::string endpoint;  // as show_endpoint() says
  std::uint64_t routed = 0;
  std::uint64_t restarts = 0;
};

struct PoolSum {
  std::string_view verb = "sent";  // of requests: "answered"
  std::uint64_t done = 0;
  std::uint64_t failed = 0;  // taken by nobody, or without an answer
  std::uint64_t failovers = 0;
  double rate = 0;              // done a second, of late
  std::string last_error = {};  // why the last one failed
};

// Lines end in a newline each. A line that is longer than `width` is cut: in its endpoint, whose end tells most, or in
// the last failure.
[[nodiscard]] std::string show_pool(const std::vector<PoolLine>& lines, const PoolSum& sum, std::size_t width);

// Scheme, host, port and path of a URL: what may be shown of it.
[[nodiscard]] std::string show_endpoint(std::string_view url);

}  // namespace zenws::program

// `zenws serve`: what it was asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exit_codes.hpp"

namespace zenws::program {

struct ServeArguments {
  std::uint16_t port = 0;  // 0 = any free one
  bool tls = false;
  bool compress = false;  // whoever offers it
  std::string ca_file;    // where the CA's certificate is written; empty = nowhere
  bool feed = false;
  double rate = 10;  // trades a second
  std::vector<std::string> channels = {"trades.BTC-PERPETUAL.raw", "trades.ETH-PERPETUAL.raw",
                                       "trades.SOL_USDC-PERPETUAL.raw"};
  std::optional<std::chrono::milliseconds> duration;
};

// Serves until the time is over or a signal asks to end; prints the URL on stdout.
[[nodiscard]] Exit run_serve(const ServeArguments& arguments);

}  // namespace zenws::program

// `zenws replay`: what it was asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <zenws/recorder.hpp>

#include "exit_codes.hpp"

namespace zenws::program {

struct ReplayArguments {
  std::string file;
  double speed = 1;                                   // infinity: without waiting
  std::optional<RecordedEntry::Direction> direction;  // both when not given
  std::optional<std::uint16_t> port;                  // serve it there; 0: any free one
  bool wait_for_message = false;                      // of the client that is served
  bool stay = false;                                  // serving: keep the connection at the end
};

// Prints the messages, or serves them as a WebSocket server, in the recording's time.
[[nodiscard]] Exit run_replay(const ReplayArguments& arguments);

}  // namespace zenws::program

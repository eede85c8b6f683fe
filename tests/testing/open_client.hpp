// What the tests of the server share: an upgraded raw client, and waiting without guessing how long.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include <zenws/testing/server.hpp>

#include "support/raw_client.hpp"

namespace zenws::testing {

using test::RawClient;
using test::RawFrame;
using test::WireEnd;
using namespace std::chrono_literals;

// A raw client whose connection is open.
struct OpenClient : RawClient {
  explicit OpenClient(const Server& server) : RawClient(server.port()), head(upgrade()) {}
  std::string head;  // of the server's answer
};

// Waits until `condition` holds; a false answer after half a minute is a failure, not a slow machine.
template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

inline RawFrame text_frame(std::string payload) { return {true, ws::Opcode::text, std::move(payload)}; }

}  // namespace zenws::testing

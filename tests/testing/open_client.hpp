// What the tests of the server share: an upgraded raw client.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
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

inline RawFrame text_frame(std::string payload) { return {true, ws::Opcode::text, std::move(payload)}; }

}  // namespace zenws::testing

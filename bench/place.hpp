// Where the server is. Without C++20, so that websocketpp, which does not compile with it, can be told too.
#pragma once

#include <cstdint>
#include <string>

namespace bench {

struct Place {
  std::uint16_t port = 0;
  std::string certificate = {};  // PEM file to trust; empty: plain
};

}  // namespace bench

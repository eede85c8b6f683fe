// The tests, or the server that one of them kills.
#include <cstdlib>
#include <string_view>

#include <gtest/gtest.h>

#include "faults/server_apart.hpp"

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view{argv[1]} == "serve") {
    return zenws::testing::serve_apart(static_cast<std::uint16_t>(std::atoi(argv[2])));
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

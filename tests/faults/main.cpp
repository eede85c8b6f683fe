// The tests, or the server or the recording client that one of them kills.
#include <cstdlib>
#include <string_view>

#include <gtest/gtest.h>

#include "faults/recorder_apart.hpp"
#include "faults/server_apart.hpp"

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view{argv[1]} == "serve") {
    return zenws::testing::serve_apart(static_cast<std::uint16_t>(std::atoi(argv[2])));
  }
  if (argc == 6 && std::string_view{argv[1]} == "record") {
    return zenws::testing::record_apart(argv[2], argv[3], argv[4], std::atoi(argv[5]));
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

// How much memory this process uses.
#pragma once

#include <cstddef>
#include <fstream>
#include <unistd.h>

namespace zenws::testing {

// Bytes (resident set size); 0 when the system does not tell.
inline std::size_t resident_memory() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t all_pages = 0;
  std::size_t resident_pages = 0;
  if (!(file >> all_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace zenws::testing

// How much memory this process uses.
#pragma once

#include <cstddef>
#include <fstream>
#include <unistd.h>

namespace zenws::testing {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool keeps_what_is_freed = true;  // as a sanitizer does
#elif defined(__has_feature)
inline constexpr bool keeps_what_is_freed = __has_feature(thread_sanitizer) || __has_feature(address_sanitizer);
#else
inline constexpr bool keeps_what_is_freed = false;
#endif

// Bytes (resident set size); 0 when the system does not tell, or a sanitizer would.
inline std::size_t resident_memory() {
  if (keeps_what_is_freed) return 0;
  std::ifstream file{"/proc/self/statm"};
  std::size_t all_pages = 0;
  std::size_t resident_pages = 0;
  if (!(file >> all_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace zenws::testing

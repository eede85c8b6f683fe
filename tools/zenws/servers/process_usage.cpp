#include "servers/process_usage.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>

namespace zenws::program {

std::size_t resident_memory() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  if (!(file >> total_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t open_descriptors() {
  std::error_code failure;
  const std::filesystem::directory_iterator entries{"/proc/self/fd", failure};
  const auto number = static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
  return number == 0 ? 0 : number - 1;  // the one that looks
}

bool allow_descriptors(std::size_t number) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (limit.rlim_cur >= number) return true;
  if (limit.rlim_max < number) return false;
  limit.rlim_cur = number;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

}  // namespace zenws::program

// bench_server: the neutral far end. Prints its two ports, plain and TLS, and runs until it is killed or bored. With an
// argument it writes its certificate there.
#include <cstdio>
#include <exception>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "server/server.hpp"

namespace {

// Whoever started it may have died without ending it.
constexpr unsigned longest_life_seconds = 900;

void allow_many_connections() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    ::alarm(longest_life_seconds);
    allow_many_connections();
    bench::Server server{argc > 1 ? argv[1] : ""};
    fmt::print("{} {}\n", server.port(), server.tls_port());
    std::fflush(stdout);
    server.run();
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bench_server: {}\n", failure.what());
    return 1;
  }
}

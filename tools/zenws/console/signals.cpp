#include "console/signals.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace zenws::program {
namespace {

// What a signal handler may touch: lock-free, and there before it.
std::atomic<bool> asked{false};
std::atomic<int> wake{-1};

void on_signal(int number) {
  const int saved = errno;
  if (asked.exchange(true)) {  // the second time: as if nobody had asked to be told
    ::signal(number, SIG_DFL);
    ::raise(number);
  }
  const std::uint64_t one = 1;
  if (::write(wake.load(), &one, sizeof one) < 0) {
    // Only possible when it is readable already.
  }
  errno = saved;
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  ::sigaction(number, &action, nullptr);
}

}  // namespace

Signals::Signals() {
  asked.store(false);
  wake.store(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
  handle(SIGPIPE, SIG_IGN);
}

Signals::~Signals() {
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
  ::close(wake.exchange(-1));
}

bool Signals::asked_to_end() const noexcept { return asked.load(); }

int Signals::descriptor() const noexcept { return wake.load(); }

bool Signals::wait_until(std::chrono::steady_clock::time_point deadline) const {
  while (!asked_to_end() && std::chrono::steady_clock::now() < deadline) {
    pollfd entry{.fd = descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&entry, 1, milliseconds_until(deadline));
  }
  return asked_to_end();
}

int milliseconds_until(std::chrono::steady_clock::time_point deadline) {
  using namespace std::chrono_literals;
  const auto left = deadline - std::chrono::steady_clock::now();
  return static_cast<int>(
      std::chrono::ceil<std::chrono::milliseconds>(std::clamp<decltype(left)>(left, 0ms, 1h)).count());
}

}  // namespace zenws::program

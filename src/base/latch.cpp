#include "base/latch.hpp"

namespace zenws {

void Latch::State::open() {
  {
    const std::lock_guard lock{mutex};
    is_open = true;
  }
  opened.notify_all();
}

bool Latch::State::wait_until(TimePoint until) {
  std::unique_lock lock{mutex};
  return zenws::wait_until(opened, lock, until, [this] { return is_open; });
}

}  // namespace zenws

#include "net/watch.hpp"

#include <sys/epoll.h>
#include <utility>

#include "net/loop.hpp"
#include "net/reactor.hpp"

namespace zenws::net {

std::error_code Watch::start(int descriptor) { return reactor_.add(*this, descriptor, key_); }

void Watch::stop() noexcept {
  if (key_ == 0) return;
  reactor_.remove(std::exchange(key_, 0));
  if (reader_) loop_.release();
  if (writer_) loop_.release();
  // Out of here first: they may hold what this belongs to.
  const Ready reader = std::exchange(reader_, nullptr);
  const Ready writer = std::exchange(writer_, nullptr);
}

void Watch::wait_readable(Ready ready) {
  if (key_ == 0) return;
  reader_ = std::move(ready);
  loop_.hold();
  if (readable_) tell_soon();
}

void Watch::wait_writable(Ready ready) {
  if (key_ == 0) return;
  writer_ = std::move(ready);
  loop_.hold();
  if (writable_.load()) tell_soon();
}

void Watch::tell_soon() {
  loop_.take_turn([&reactor = reactor_, key = key_] { reactor.tell(key); });
}

void Watch::notice(std::uint32_t events) noexcept {
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) over_ = true;
  if (over_ || (events & EPOLLIN) != 0) readable_ = true;
  if (over_ || (events & EPOLLOUT) != 0) writable_.store(true);
}

void Watch::tell_reader() {
  if (!readable_ || !reader_) return;
  loop_.release();
  std::exchange(reader_, nullptr)();
}

void Watch::tell_writer() {
  if (!writer_ || !writable_.load()) return;
  loop_.release();
  std::exchange(writer_, nullptr)();
}

}  // namespace zenws::net

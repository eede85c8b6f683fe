#include "connect/inbox.hpp"

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace zenws::program {

Inbox::Inbox() : wake_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {}

Inbox::~Inbox() { ::close(wake_); }

void Inbox::put(Result<Client> opened) {
  const std::scoped_lock lock{mutex_};
  opened_ = std::move(opened);
  wake();
}

void Inbox::put(Result<OwnedMessage> message) {
  const std::scoped_lock lock{mutex_};
  message_ = std::move(message);
  wake();
}

std::optional<Result<Client>> Inbox::take_opened() {
  const std::scoped_lock lock{mutex_};
  return std::exchange(opened_, std::nullopt);
}

std::optional<Result<OwnedMessage>> Inbox::take_message() {
  const std::scoped_lock lock{mutex_};
  return std::exchange(message_, std::nullopt);
}

void Inbox::clear() {
  std::uint64_t count = 0;
  if (::read(wake_, &count, sizeof count) < 0) {
    // Nothing was there.
  }
}

void Inbox::wake() {
  const std::uint64_t one = 1;
  if (::write(wake_, &one, sizeof one) < 0) {
    // Only possible when it is readable already.
  }
}

}  // namespace zenws::program

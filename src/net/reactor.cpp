#include "net/reactor.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>

#include "net/watch.hpp"

namespace zenws::net {
namespace {

constexpr std::uint64_t silent = 0;  // the key of what is told to nobody: generations begin with 1

[[noreturn]] void throw_errno(const char* what) { throw std::system_error{errno, std::system_category(), what}; }

constexpr std::chrono::milliseconds longest_wait = std::chrono::hours{24};

std::chrono::nanoseconds time_left(TimePoint until) {
  const TimePoint now = Clock::now();
  return std::max(until, now) - now;
}

}  // namespace

Reactor::Reactor() : epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
  if (epoll_.number() < 0) throw_errno("epoll_create1");
}

void Reactor::add_silent(int descriptor) {
  epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = silent}};
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) throw_errno("epoll_ctl");
}

void Reactor::wait(TimePoint until) noexcept {
  if (has_found()) return;  // edges do not come again
  next_ = 0;
  const auto left = until == never ? std::chrono::nanoseconds::max() : time_left(until);
  int found = -1;
  if (has_pwait2_) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec at_most{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    found = ::epoll_pwait2(epoll_.number(), events_.data(), most_events, until == never ? nullptr : &at_most, nullptr);
    has_pwait2_ = found >= 0 || errno == EINTR;  // older than Linux 5.11, or forbidden
  }
  if (!has_pwait2_) {
    const auto milliseconds = std::min(std::chrono::ceil<std::chrono::milliseconds>(left), longest_wait);
    found = ::epoll_wait(epoll_.number(), events_.data(), most_events,
                         until == never ? -1 : static_cast<int>(milliseconds.count()));
  }
  found_ = static_cast<std::size_t>(std::max(found, 0));
}

bool Reactor::dispatch_one() {
  while (next_ < found_) {
    const epoll_event event = events_[next_++];
    const Key key = event.data.u64;
    Watch* const watch = find(key);
    if (watch == nullptr) continue;
    watch->notice(event.events);
    tell(key);
    return true;
  }
  return false;
}

// Found anew each time: who is told may have ended it.
void Reactor::tell(Key key) {
  if (Watch* const watch = find(key)) watch->tell_writer();
  if (Watch* const watch = find(key)) watch->tell_reader();
}

std::error_code Reactor::add(Watch& watch, int descriptor, Key& key) {
  if (free_slots_.empty()) {
    slots_.emplace_back();
    free_slots_.reserve(slots_.capacity());  // remove() needs no memory
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
  }
  const std::uint32_t index = free_slots_.back();
  const Key named = Key{slots_[index].generation} << 32U | index;
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = named}};
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) return {errno, std::system_category()};
  free_slots_.pop_back();
  slots_[index].watch = &watch;
  key = named;
  return {};
}

// The kernel forgets a descriptor that is closed, unless a forked child has it still: its events find nobody.
void Reactor::remove(Key key) noexcept {
  const auto index = static_cast<std::uint32_t>(key);
  slots_[index].watch = nullptr;
  if (++slots_[index].generation == 0) slots_[index].generation = 1;
  free_slots_.push_back(index);
}

Watch* Reactor::find(Key key) noexcept {
  const auto index = static_cast<std::uint32_t>(key);
  if (index >= slots_.size() || slots_[index].generation != key >> 32U) return nullptr;
  return slots_[index].watch;
}

}  // namespace zenws::net

// A loop inside somebody else's event loop, which knows it by one descriptor.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <zenws/host.hpp>

#include "net/driver.hpp"
#include "net/reactor.hpp"
#include "net/socket_network.hpp"

namespace zenws::net {

class Loop;

class NestedDriver final : public Driver {
 public:
  // Throws std::system_error, as Reactor's; and what the host throws.
  explicit NestedDriver(std::shared_ptr<Host> host);
  ~NestedDriver() override;

  // Before anything else. Requires: `loop` is what this drives.
  void drive(const std::shared_ptr<Loop>& loop) { loop_ = loop; }

  void wake() override;
  [[nodiscard]] bool is_this_thread() const noexcept override { return !ended_.load() && host_->is_this_thread(); }
  bool dispatch_one() override { return Clock::now() < yield_at_ && reactor_.dispatch_one(); }
  void waits_changed() noexcept override;
  [[nodiscard]] Network& network() noexcept override { return network_; }
  void end() noexcept override;

 private:
  class Run;
  void run(Loop& loop);
  void set_alarm(TimePoint due) noexcept;

  Reactor reactor_;
  SocketNetwork network_{reactor_};
  Descriptor alarm_;  // a timerfd in the reactor
  TimePoint alarm_at_ = never;
  const std::shared_ptr<Host> host_;
  std::weak_ptr<Loop> loop_;
  bool waiting_ = false;           // for the host to say that something is ready
  std::uint64_t wait_number_ = 0;  // a wait that was cancelled may be on its way already
  bool running_ = false;
  TimePoint yield_at_;  // the host has others to serve
  std::atomic<bool> ended_{false};
};

}  // namespace zenws::net

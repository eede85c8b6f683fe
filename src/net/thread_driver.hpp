// A loop with a thread and an epoll of its own.
#pragma once

#include <atomic>
#include <memory>

#include "net/driver.hpp"
#include "net/reactor.hpp"
#include "net/socket_network.hpp"

namespace zenws::net {

class Loop;

class ThreadDriver final : public Driver {
 public:
  // Throws as Reactor's.
  ThreadDriver();

  // Runs `loop`, which this drives, on the calling thread until it has ended.
  void run(const std::shared_ptr<Loop>& loop);

  void wake() override;
  [[nodiscard]] bool is_this_thread() const noexcept override;
  bool dispatch_one() override { return reactor_.dispatch_one(); }
  void waits_changed() noexcept override {}  // run() looks before it waits
  [[nodiscard]] Network& network() noexcept override { return network_; }
  void end() noexcept override {}

 private:
  Reactor reactor_;
  const Descriptor waker_;  // an eventfd in the reactor
  SocketNetwork network_{reactor_};
  std::atomic<bool> asleep_{false};
};

}  // namespace zenws::net

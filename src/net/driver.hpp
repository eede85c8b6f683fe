// Who runs a loop, and what it reaches the network by.
#pragma once

namespace zenws::net {

class Network;

// A thread of its own, the user's event loop, or a simulated world.
class Driver {
 public:
  virtual ~Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Any thread, until end(): there is something to run. Soon Loop::run_ready() is called. May throw; then it is not.
  virtual void wake() = 0;
  // Any thread.
  [[nodiscard]] virtual bool is_this_thread() const noexcept = 0;
  // The loop's thread: tells the next socket that was found ready. False: that was all for now.
  virtual bool dispatch_one() = 0;
  // The loop's thread, outside run_ready(): what the loop waits for has changed.
  virtual void waits_changed() noexcept = 0;
  [[nodiscard]] virtual Network& network() noexcept = 0;
  // The loop's thread: it has ended, nothing more is to be run.
  virtual void end() noexcept = 0;

 protected:
  Driver() = default;
};

}  // namespace zenws::net

// One event loop: its io_context, its one receive buffer, its timers, and who lives on it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "net/timers.hpp"

namespace zenws::net {

// Somebody who lives on a loop and must go when it ends.
class Tenant {
 public:
  // On the loop. Close everything at once; leave() has been called for you.
  virtual void loop_ends() = 0;

 protected:
  ~Tenant() = default;
};

class Loop : public std::enable_shared_from_this<Loop> {
 public:
  // Shared by all connections of the loop; valid until the next read on this loop. 256 KiB, ws::text_padding behind it.
  [[nodiscard]] std::span<std::byte> receive_buffer() noexcept;
  [[nodiscard]] boost::asio::io_context& io() noexcept;
  [[nodiscard]] TimerQueue& timers() noexcept;
  // Any thread.
  [[nodiscard]] bool is_this_thread() const noexcept;
  // Any thread: runs `f` on the loop, later. After the loop has ended `f` is destroyed without being run.
  template <class F>
  void post(F&& f);
  // The loop's thread. False when the loop is ending: then do not live here.
  bool enter(Tenant& tenant);
  void leave(Tenant& tenant) noexcept;
};

}  // namespace zenws::net

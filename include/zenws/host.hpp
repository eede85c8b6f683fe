/// \file
/// What a Runtime needs of an event loop of yours, to live in it instead of on threads of its own.
#pragma once

#include <functional>

namespace zenws {

/// An event loop of yours in which a Runtime lives: implement it for the one that you have (libuv, Qt, sd-event, …).
/// Asio's is in <zenws/asio.hpp>, and made by `Runtime{io_context}`.
///
/// Threads:  one thread runs the event loop at a time; on it close(), wait() and cancel_wait() are called, the others
/// on
///           any thread.
/// Lifetime: the runtime keeps it until it has ended; the event loop itself outlives the runtime.
class Host {
 public:
  virtual ~Host() = default;

  /// Called first: this descriptor can be read when there is something to do. It is not yours to read or close. May
  /// throw std::system_error; then connecting ends with its code, and this is called again for the next.
  virtual void open(int descriptor) = 0;
  /// Called once, at the end, also from inside `ready`: forget the descriptor, and what wait() asked for.
  virtual void close() noexcept = 0;
  /// Call `ready` once, as soon as the descriptor can be read, also when it can already, but never from inside. An
  /// event loop that ends for lack of work has work until then. One is asked for at a time.
  virtual void wait(std::move_only_function<void()> ready) noexcept = 0;
  /// Do not call what wait() asked for.
  virtual void cancel_wait() noexcept = 0;
  /// Call `f` once, soon, on the event loop's thread, never from inside, in the order given; then destroy it. When the
  /// event loop ends for good before, destroy it uncalled. It may post when it is destroyed: hold no lock meanwhile.
  virtual void post(std::move_only_function<void()> f) = 0;
  /// Whether the calling thread is the one that runs the event loop at the moment, inside one of its handlers.
  [[nodiscard]] virtual bool is_this_thread() const noexcept = 0;
};

}  // namespace zenws

/// \file
/// The threads on which clients live.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include <zenws/error.hpp>
#include <zenws/host.hpp>
#include <zenws/pending_call.hpp>

namespace boost::asio {
class io_context;
}

namespace zenws {

namespace net {
class Loop;
}

/// One or more event loops, each one thread; a client lives on exactly one of them.
///
/// Threads:  any thread may construct, use and destroy it; not two at once.
/// Lifetime: destroying it ends its clients (errc::closed) and joins its threads. Handles that are left then answer
///           errc::closed. From inside one of its own handlers it returns at once and the thread ends by itself.
///           A child that was forked cannot use it.
/// Errors:   constructing it never fails. What a loop needs (descriptors, a thread, memory) and the process has not
/// left
///           is tried again when the runtime is used; connecting then ends with the system's error.
class Runtime {
 public:
  /// Starts `loops` threads (at least one), each running one loop.
  explicit Runtime(std::size_t loops = 1);
  /// Lives in the caller's event loop, by one descriptor. Requires: it is run by one thread at a time and outlives this
  /// object; what handlers do must not run it and wait there for a client. Include <zenws/asio.hpp>, where it is
  /// defined.
  inline explicit Runtime(boost::asio::io_context& io);
  /// The same, in an event loop of another kind.
  explicit Runtime(std::shared_ptr<Host> host);
  /// Lives on a loop that somebody else drives and ends. For the library's own use.
  explicit Runtime(std::shared_ptr<net::Loop> loop);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// The process's default runtime: one loop, started at first use.
  static Runtime& shared();

  /// Calls `f` once, `delay` from now or soon after, on one of its loops: for a timer that belongs to no client, where
  /// Client::call_after's end with theirs. A delay that is not positive: soon.
  ///
  /// `f` must not block; what it throws is caught and logged. It is destroyed uncalled when the runtime ends first.
  /// Errors: those of next_loop(); errc::invalid_config for an empty function; `f` is destroyed then.
  [[nodiscard]] Result<PendingCall> call_after(std::chrono::milliseconds delay, std::move_only_function<void()> f);

  /// The loop that the next client should live on: each in turn. For the library's own use.
  /// Errors: the system's, when a loop could not be started, now neither.
  [[nodiscard]] Result<std::shared_ptr<net::Loop>> next_loop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace zenws

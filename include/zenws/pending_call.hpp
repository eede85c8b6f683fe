/// \file
/// A call that is still to come, and can be taken back: what Client::call_after and Runtime::call_after return.
#pragma once

#include <memory>

namespace zenws {

namespace net {
class LaterCall;
}

/// A function that will be called once, later. Destroying this object forgets the function, as cancel() does.
///
/// Threads:  any thread may call any function; not two at once on the same object.
/// Lifetime: may outlive the client or runtime that it is from; keeps neither.
class PendingCall {
 public:
  /// Of no function.
  PendingCall() noexcept = default;
  /// For the library's own use: refers to `call`.
  explicit PendingCall(std::shared_ptr<net::LaterCall> call) noexcept;
  /// Forgets the function.
  ~PendingCall();
  /// Takes over; `other` has no function then.
  PendingCall(PendingCall&& other) noexcept = default;
  /// Forgets its own function, and takes over the other's.
  PendingCall& operator=(PendingCall&& other) noexcept;

  /// Forgets the function: it will not be called, and is destroyed, with what it holds, before this returns. Nothing
  /// happens when it was called already. One that is just running on the loop is not waited for.
  void cancel() noexcept;
  /// Lets the function be called without this object.
  void detach() noexcept { call_.reset(); }

 private:
  std::shared_ptr<net::LaterCall> call_;
};

}  // namespace zenws

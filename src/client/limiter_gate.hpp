// A client's way through its rate limiter to its connection: at once, or when the tokens have come, on the same
// connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <zenws/error.hpp>

#include "client/counters.hpp"
#include "link/door.hpp"
#include "ws/frame.hpp"

namespace zenws {
class Dialect;
class RateLimiter;
}  // namespace zenws

namespace zenws::client {

// What becomes of a message that waits in the limiter. Both may be empty.
struct Waiting {
  // Any thread, under the limiter's lock. False: it goes without being sent, and costs nothing.
  std::move_only_function<bool()> still_wanted = {};
  // Any thread, once: it will not be sent after all.
  std::move_only_function<void(const Error&)> not_sent = {};
};

class LimiterGate {
 public:
  // `limiter` may be null: then nothing is limited. `dialect` may be null.
  LimiterGate(link::Door& door, std::shared_ptr<RateLimiter> limiter, const Dialect* dialect,
              Counters& counters) noexcept
      : door_{door}, limiter_{std::move(limiter)}, dialect_{dialect}, counters_{counters} {}

  [[nodiscard]] bool is_limited() const noexcept { return limiter_ != nullptr; }
  // Any thread. Requires: is_limited(). Accepts a message for the connection that is open now, or for that of `epoch`
  // and who carries it on. Ok and no waiting.not_sent: it was handed to it, or will be. What waits keeps
  // `owner`, in which we live. Errors: Door::enqueue's, RateLimiter::submit's; nothing of `waiting` is called then.
  Result<> send(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch,
                const std::shared_ptr<void>& owner, Waiting waiting);
  // Any thread. Lets go of what waits for an ended connection, or is not wanted any more.
  void sweep();

 private:
  class Queued;

  link::Door& door_;
  const std::shared_ptr<RateLimiter> limiter_;
  const Dialect* const dialect_;
  Counters& counters_;
};

}  // namespace zenws::client

/// \file
/// Subscribing to thousands of channels without flooding the venue: in batches, with progress, until cancelled.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <zenws/client.hpp>

namespace zenws::adapters {

/// How far a BatchSubscription is.
struct BatchProgress {
  std::size_t total = 0;       ///< Channels in all, each counted once.
  std::size_t confirmed = 0;   ///< The server has confirmed them.
  std::size_t rejected = 0;    ///< It has refused them.
  std::size_t unanswered = 0;  ///< Asked for, and no answer came: they stay desired, and come with the next reconnect.
  bool done = false;           ///< Nothing more will be asked for: all are through, or it was cancelled.
  friend bool operator==(const BatchProgress&, const BatchProgress&) = default;
};

/// How channels are asked for.
struct BatchOptions {
  /// Channels in one batch, at least 1. The next one follows when the server has answered.
  std::size_t batch_size = 100;
  /// Pause between an answer and the next batch; zero = none. Not needed with Options::rate_limiter, which every
  /// request passes anyway.
  std::chrono::milliseconds delay{0};
  /// Bound of one batch; without one, Options::request_timeout.
  std::optional<std::chrono::milliseconds> timeout = {};
  /// Told after every batch, on the client's loop. Must not block nor throw.
  std::function<void(const BatchProgress&)> on_progress = {};
};

/// Subscribes a client to many channels, batch after batch, in the background.
///
/// Channels that are given twice are asked for once. A batch whose connection is lost stays desired and is restored by
/// the client; the others follow after the reconnect. Once the client has ended, so has this.
/// Threads:  any thread may call any function.
/// Lifetime: copies refer to the same run. When the last of them goes it is cancelled, and nothing is told any more:
///           that destructor waits for a call of on_progress under way, except inside that call. Does not keep the
///           client open.
/// See:      docs/guide/write-an-adapter.md
class BatchSubscription {
 public:
  /// Begins. Errors: errc::invalid_config for no channel, an empty name, a batch size of zero or a negative delay.
  [[nodiscard]] static Result<BatchSubscription> start(const Client& client, std::vector<std::string> channels,
                                                       BatchOptions options = {});

  /// How far it is. Never blocks.
  [[nodiscard]] BatchProgress progress() const;
  /// Asks for nothing more. What was asked for stays; progress().done is true from now on, unless a batch is under way:
  /// then when that is answered.
  void cancel();
  /// Waits until it is done: what was confirmed, and what was refused and why; a channel whose answer never came has
  /// errc::timeout or errc::disconnected as its error, though it stays desired.
  ///
  /// Errors: errc::timeout when `timeout` is over first (it goes on); errc::closed when the client has ended;
  /// errc::would_deadlock from the client's loop.
  [[nodiscard]] Result<Subscribed> wait(std::optional<std::chrono::milliseconds> timeout = std::nullopt) const;

 private:
  class Run;
  explicit BatchSubscription(std::shared_ptr<Run> run) noexcept;
  std::shared_ptr<Run> run_;
};

}  // namespace zenws::adapters

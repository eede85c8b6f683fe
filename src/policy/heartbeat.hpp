// When a heartbeat is due, which were answered, and how many unanswered ones in a row make a connection dead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"

namespace zenws::policy {

struct HeartbeatSettings {
  Clock::duration interval;
  int max_missed = 0;  // in a row; zero: only count
  bool peer_sends =
      false;  // the peer's heartbeats prove that it lives, not answers to ours: one in two intervals is due
};

class Heartbeat {
 public:
  struct Tick {
    bool missed = false;
    bool dead = false;
    bool send = false;  // one now, then sent()
  };

  Heartbeat(HeartbeatSettings settings, TimePoint opened) noexcept;

  // At deadline() or later. `read_until`: all that came before was heard; nullopt while nothing is read. Silence proves
  // nothing about what may lie unread.
  [[nodiscard]] Tick tick(TimePoint now, std::optional<TimePoint> read_until) noexcept;
  [[nodiscard]] Tick tick(TimePoint now) noexcept { return tick(now, now); }
  // `token` tells the heartbeat's answer from others'.
  void sent(std::int64_t token, TimePoint now);
  // The round trip; nullopt: none with this token waits for an answer.
  std::optional<Clock::duration> answered(std::int64_t token, TimePoint now) noexcept;
  // The answer does not tell to which: the oldest's. Nullopt: none waits.
  std::optional<Clock::duration> answered(TimePoint now) noexcept;
  // The peer's own heartbeat came.
  void heard(TimePoint now) noexcept;

  [[nodiscard]] TimePoint deadline() const noexcept { return next_; }
  [[nodiscard]] int missed_in_a_row() const noexcept { return missed_; }
  [[nodiscard]] std::size_t unanswered() const noexcept { return unanswered_.size(); }
  [[nodiscard]] std::optional<TimePoint> last_answer() const noexcept { return last_answer_; }

 private:
  struct Sent {
    std::int64_t token;
    TimePoint at;
  };
  [[nodiscard]] bool is_silent(TimePoint until) const noexcept;
  std::optional<Clock::duration> answered(std::vector<Sent>::iterator which, TimePoint now) noexcept;

  HeartbeatSettings settings_;
  TimePoint next_;
  TimePoint heard_;
  std::optional<TimePoint> last_answer_;
  std::vector<Sent> unanswered_;  // oldest first, bounded
  int missed_ = 0;
};

}  // namespace zenws::policy

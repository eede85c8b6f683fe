#include "policy/heartbeat.hpp"

#include <algorithm>

namespace zenws::policy {

namespace {

// A peer that never answers, where misses are only counted, must not make us remember for ever.
constexpr std::size_t most_unanswered = 16;

}  // namespace

Heartbeat::Heartbeat(HeartbeatSettings settings, TimePoint opened) noexcept
    : settings_{settings}, next_{opened + settings.interval}, heard_{opened} {}

Heartbeat::Tick Heartbeat::tick(TimePoint now, std::optional<TimePoint> read_until) noexcept {
  if (now < next_) return {};
  // After a pause of the whole process one is due, not all that were left out.
  next_ = std::max(next_ + settings_.interval, now + settings_.interval / 2);
  Tick tick{.send = !settings_.peer_sends};
  if (!read_until) {
    heard_ = now;
  } else if (is_silent(*read_until)) {
    ++missed_;
    tick.missed = true;
    tick.dead = settings_.max_missed > 0 && missed_ >= settings_.max_missed;
    if (tick.dead) tick.send = false;
  }
  return tick;
}

// An answer is given about an interval's time; half of it, for timers are not exact.
bool Heartbeat::is_silent(TimePoint until) const noexcept {
  if (settings_.peer_sends) return until >= heard_ && until - heard_ >= 2 * settings_.interval;
  return !unanswered_.empty() && unanswered_.front().at + settings_.interval / 2 <= until;
}

void Heartbeat::sent(std::int64_t token, TimePoint now) {
  if (unanswered_.size() == most_unanswered) unanswered_.erase(unanswered_.begin());
  unanswered_.push_back({token, now});
}

std::optional<Clock::duration> Heartbeat::answered(std::int64_t token, TimePoint now) noexcept {
  return answered(std::ranges::find(unanswered_, token, &Sent::token), now);
}

std::optional<Clock::duration> Heartbeat::answered(TimePoint now) noexcept {
  return answered(unanswered_.begin(), now);
}

std::optional<Clock::duration> Heartbeat::answered(std::vector<Sent>::iterator which, TimePoint now) noexcept {
  if (which == unanswered_.end()) return std::nullopt;
  const Clock::duration round_trip = now - which->at;
  unanswered_.erase(unanswered_.begin(), which + 1);  // answers come in order: the older ones get none any more
  missed_ = 0;
  last_answer_ = now;
  return round_trip;
}

void Heartbeat::heard(TimePoint now) noexcept {
  heard_ = now;
  last_answer_ = now;
  missed_ = 0;
}

}  // namespace zenws::policy

// What comes back for the channels that were asked for: answers, refusals, silence, data. See subscriptions.hpp.
#include <set>
#include <string>
#include <utility>

#include "policy/backoff.hpp"
#include "policy/subscriptions.hpp"

namespace zenws::policy {

namespace {

using Kind = SubscriptionEvent::Kind;

// Of a channel that was refused, and of one that nobody answers.
constexpr int most_retries = 3;

}  // namespace

void Subscriptions::answered(std::int64_t id, std::span<const std::string> confirmed_names, std::string_view reason,
                             TimePoint now) {
  const auto found = batches_.find(id);
  if (found == batches_.end()) return;
  const Batch batch = std::move(found->second.batch);
  batches_.erase(found);
  if (!batch.subscribe) return;
  const std::set<std::string_view> said{confirmed_names.begin(), confirmed_names.end()};
  for (const std::string& name : batch.channels) {
    const auto channel = channels_.find(name);
    // Dropped meanwhile, or asked for again since: this answer is not about it any more.
    if (channel == channels_.end() || channel->second.batch != id) continue;
    if (channel->second.state != State::asked && channel->second.state != State::assumed) continue;
    if (said.contains(name)) {
      confirmed(channel, now);
    } else {
      refused(channel, reason, now);
    }
  }
}

void Subscriptions::confirm(std::string_view name, TimePoint now) {
  const auto channel = channels_.find(name);
  if (channel == channels_.end()) return;
  if (channel->second.state == State::desired || channel->second.state == State::confirmed) return;
  spoken_of(channel->second);
  confirmed(channel, now);
}

void Subscriptions::reject(std::string_view name, std::string_view reason, TimePoint now) {
  const auto channel = channels_.find(name);
  if (channel == channels_.end()) return;
  const State state = channel->second.state;
  if (state != State::asked && state != State::assumed && state != State::unanswered) return;
  spoken_of(channel->second);
  refused(channel, reason, now);
}

// A venue that speaks channel by channel sends no answer that would end the batch.
void Subscriptions::spoken_of(const Channel& channel) noexcept {
  const auto batch = batches_.find(channel.batch);
  if (channel.state == State::asked && batch != batches_.end()) --batch->second.unresolved;
}

bool Subscriptions::heard(std::string_view name, TimePoint now) {
  const auto found = channels_.find(name);
  if (found == channels_.end()) return false;
  Channel& channel = found->second;
  switch (channel.state) {
    case State::confirmed:
    case State::assumed:
      channel.heard = now;
      channel.was_silent = false;
      return false;
    case State::asked:
      channel.has_data = true;
      if (!channel.was_assumed) return false;
      break;
    case State::unanswered:
      break;
    case State::desired:
    case State::waiting:
      return false;
  }
  assumed(found, now);
  return true;
}

bool Subscriptions::is_confirmed(std::string_view name) const {
  const auto channel = channels_.find(name);
  return channel != channels_.end() && channel->second.state == State::confirmed;
}

void Subscriptions::confirmed(Channels::iterator channel, TimePoint now) {
  set_state(channel->second, State::confirmed);
  channel->second.was_subscribed = true;
  channel->second.refusals = channel->second.silences = 0;
  channel->second.heard = now;
  tell(Kind::confirmed, channel->first);
  miss_no_more(channel->first, true);
}

void Subscriptions::refused(Channels::iterator channel, std::string_view reason, TimePoint now) {
  if (!channel->second.was_subscribed || channel->second.refusals == most_retries) {
    set_state(channel->second, State::desired);
    const std::string name = channel->first;
    channels_.erase(channel);
    tell(Kind::rejected, name, reason);
    return miss_no_more(name, false);
  }
  channel->second.retry_at = retry_at(channel->second.refusals++, now);
  set_state(channel->second, State::waiting);
}

void Subscriptions::assumed(Channels::iterator channel, TimePoint now) {
  spoken_of(channel->second);
  set_state(channel->second, State::assumed);
  channel->second.was_subscribed = channel->second.was_assumed = true;
  channel->second.was_silent = false;
  channel->second.silences = 0;
  channel->second.heard = now;
  miss_no_more(channel->first, true);
}

// It stays desired, and after these retries waits for its data, or for the next connection. The watchdog has asked
// again already.
void Subscriptions::unanswered(Channels::iterator channel, TimePoint now) {
  Channel& silent = channel->second;
  const bool rests = silent.was_silent || silent.silences == most_retries;
  silent.retry_at = rests ? never : retry_at(silent.silences++, now);
  set_state(silent, State::unanswered);
}

TimePoint Subscriptions::retry_at(int failures, TimePoint now) const {
  return now + backoff_delay(settings_.retry_delay, settings_.max_backoff, static_cast<std::uint64_t>(failures));
}

}  // namespace zenws::policy

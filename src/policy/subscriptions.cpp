#include "policy/subscriptions.hpp"

#include <algorithm>
#include <utility>

namespace zenws::policy {

namespace {

using namespace std::chrono_literals;
using Kind = SubscriptionEvent::Kind;

// Batches that wait for their answers at a time: a slow server is not buried.
constexpr std::size_t most_in_flight = 8;
// When a batch did not fit into the send queue.
constexpr auto send_again_after = 100ms;
// How often silence is looked for in one silence_timeout.
constexpr int looks = 4;

}  // namespace

// ---- the user's requests

void Subscriptions::desire(std::span<const std::string> channels) {
  for (const std::string& name : channels) {
    const auto [channel, is_new] = channels_.try_emplace(name);
    if (is_new) {
      channel->second.order = ++last_order_;
      request(true, name);
    } else if (channel->second.state == State::confirmed) {
      tell(Kind::confirmed, name);
    } else if (channel->second.state == State::assumed || channel->second.state == State::unanswered) {
      set_state(channel->second, State::desired);  // somebody asks anew, and may be answered now
      channel->second.silences = 0;
      request(true, name);
    }
  }
}

void Subscriptions::drop(std::span<const std::string> channels) {
  for (const std::string& name : channels) {
    if (const auto channel = channels_.find(name); channel != channels_.end()) {
      set_state(channel->second, State::desired);
      channels_.erase(channel);
      tell(Kind::dropped, name);
      miss_no_more(name, false);
    }
    request(false, name);
  }
}

void Subscriptions::forget_all() {
  channels_.clear();
  asked_ = confirmed_ = assumed_ = waiting_ = unanswered_ = 0;
}

void Subscriptions::request(bool subscribe, const std::string& channel, bool always) {
  if (open_) requests_.push_back({subscribe, always, channel});
}

// ---- the connection

void Subscriptions::opened(TimePoint now, bool again) {
  open_ = true;
  next_batch_ = now;
  if (settings_.silence_timeout > 0ms) next_look_ = now + settings_.silence_timeout / looks;
  std::vector<std::pair<std::uint64_t, std::string>> in_order;
  for (const auto& [name, channel] : channels_) in_order.emplace_back(channel.order, name);
  std::ranges::sort(in_order);
  std::vector<std::string> all;
  for (auto& [order, name] : in_order) {
    request(true, name);
    all.push_back(std::move(name));
  }
  if (again && !all.empty()) miss(std::move(all));
}

void Subscriptions::lost() {
  open_ = false;
  requests_.clear();
  batches_.clear();
  missing_.clear();
  found_.clear();
  next_look_ = never;
  asked_ = confirmed_ = assumed_ = waiting_ = unanswered_ = 0;
  for (auto& [name, channel] : channels_) {
    channel = {.order = channel.order, .was_subscribed = channel.was_subscribed, .was_assumed = channel.was_assumed};
  }
}

// ---- what goes out

bool Subscriptions::is_stale(const Request& request) const {
  const auto channel = channels_.find(request.channel);
  if (!request.subscribe) return !request.always && channel != channels_.end();
  return channel == channels_.end() || channel->second.state != State::desired;
}

std::size_t Subscriptions::in_flight() const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(batches_, [](const auto& entry) { return entry.second.unresolved != 0; }));
}

bool Subscriptions::has_batch(TimePoint now) {
  if (!open_ || now < next_batch_) return false;
  while (!requests_.empty() && is_stale(requests_.front())) requests_.pop_front();
  return !requests_.empty() && in_flight() < most_in_flight;
}

Subscriptions::Batch Subscriptions::take_batch(TimePoint now, std::int64_t id) {
  Batch batch{.id = id, .subscribe = requests_.front().subscribe, .channels = {}};
  while (!requests_.empty() && batch.channels.size() < settings_.batch_size) {
    Request& first = requests_.front();
    if (!is_stale(first)) {
      if (first.subscribe != batch.subscribe) break;
      if (batch.subscribe) {
        Channel& channel = channels_.find(first.channel)->second;
        set_state(channel, State::asked);
        channel.batch = id;
        channel.has_data = false;
      }
      if (std::ranges::find(batch.channels, first.channel) == batch.channels.end()) {
        batch.channels.push_back(std::move(first.channel));
      }
    }
    requests_.pop_front();
  }
  next_batch_ = now + settings_.batch_delay;
  batches_.emplace(id, Pending{batch, now, now + settings_.answer_timeout, batch.channels.size()});
  return batch;
}

void Subscriptions::unsent(std::int64_t id, TimePoint now) {
  const auto found = batches_.find(id);
  if (found == batches_.end()) return;
  const Batch batch = std::move(found->second.batch);
  batches_.erase(found);
  for (const std::string& name : batch.channels) {
    const auto channel = channels_.find(name);
    if (batch.subscribe && channel != channels_.end() && channel->second.batch == id) {
      set_state(channel->second, State::desired);
    }
  }
  for (auto name = batch.channels.rbegin(); name != batch.channels.rend(); ++name) {
    requests_.push_front({batch.subscribe, !batch.subscribe, *name});
  }
  next_batch_ = now + send_again_after;
}

std::optional<Subscriptions::Oldest> Subscriptions::oldest() const noexcept {
  const auto found = std::ranges::find_if(batches_, [](const auto& entry) { return entry.second.unresolved != 0; });
  return found == batches_.end() ? std::nullopt : std::optional{Oldest{found->first, found->second.sent}};
}

const std::vector<std::string>* Subscriptions::asked(std::int64_t id) const {
  const auto found = batches_.find(id);
  return found == batches_.end() ? nullptr : &found->second.batch.channels;
}

void Subscriptions::set_state(Channel& channel, State state) noexcept {
  const auto count = [this](State which) -> std::size_t* {
    switch (which) {
      case State::asked:
        return &asked_;
      case State::confirmed:
        return &confirmed_;
      case State::assumed:
        return &assumed_;
      case State::waiting:
        return &waiting_;
      case State::unanswered:
        return &unanswered_;
      case State::desired:
        break;
    }
    return nullptr;
  };
  if (std::size_t* const before = count(channel.state)) --*before;
  if (std::size_t* const after = count(state)) ++*after;
  channel.state = state;
}

// ---- time

void Subscriptions::tick(TimePoint now) {
  expire_batches(now);
  if (waiting_ + unanswered_ != 0) ask_again(now);
  if (now >= next_look_) look_for_silence(now);
}

void Subscriptions::expire_batches(TimePoint now) {
  // Ids grow with time, and every batch waits as long.
  while (!batches_.empty() && batches_.begin()->second.deadline <= now) {
    const Batch batch = std::move(batches_.begin()->second.batch);
    batches_.erase(batches_.begin());
    if (!batch.subscribe) continue;
    for (const std::string& name : batch.channels) {
      const auto channel = channels_.find(name);
      if (channel == channels_.end() || channel->second.state != State::asked || channel->second.batch != batch.id) {
        continue;
      }
      tell(Kind::unanswered, name);
      channel->second.has_data ? assumed(channel, now) : unanswered(channel, now);
    }
  }
}

void Subscriptions::ask_again(TimePoint now) {
  for (auto& [name, channel] : channels_) {
    if (channel.retry_at > now || (channel.state != State::waiting && channel.state != State::unanswered)) continue;
    set_state(channel, State::desired);
    request(true, name);
  }
}

void Subscriptions::look_for_silence(TimePoint now) {
  next_look_ = now + settings_.silence_timeout / looks;
  std::vector<std::string> silent;
  for (auto& [name, channel] : channels_) {
    const bool is_settled = channel.state == State::confirmed || channel.state == State::assumed;
    const bool stays_silent = channel.state == State::unanswered && channel.was_silent;
    if ((!is_settled && !stays_silent) || now - channel.heard < settings_.silence_timeout) continue;
    if (channel.was_silent) {
      tell(Kind::dead, name);
      continue;
    }
    channel.was_silent = true;
    set_state(channel, State::desired);
    silent.push_back(name);
  }
  for (const std::string& name : silent) request(false, name, true);
  for (const std::string& name : silent) request(true, name);
  if (!silent.empty()) miss(std::move(silent));
}

TimePoint Subscriptions::deadline() const {
  if (!open_) return never;
  TimePoint next = next_look_;
  if (!requests_.empty() && in_flight() < most_in_flight) next = std::min(next, next_batch_);
  if (!batches_.empty()) next = std::min(next, batches_.begin()->second.deadline);
  if (waiting_ + unanswered_ != 0) {
    for (const auto& [name, channel] : channels_) {
      const bool waits = channel.state == State::waiting || channel.state == State::unanswered;
      if (waits) next = std::min(next, channel.retry_at);
    }
  }
  return next;
}

// ---- events

void Subscriptions::tell(Kind kind, std::string_view channel, std::string_view reason) {
  if (events_.empty() || events_.back().kind != kind || events_.back().reason != reason) {
    events_.push_back({kind, {}, std::string{reason}});
  }
  events_.back().channels.emplace_back(channel);
}

void Subscriptions::miss(std::vector<std::string> channels) {
  missing_.insert(channels.begin(), channels.end());
  events_.push_back({Kind::degraded, std::move(channels), {}});
}

void Subscriptions::miss_no_more(std::string_view channel, bool found) {
  const auto missing = missing_.find(channel);
  if (missing == missing_.end()) return;
  missing_.erase(missing);
  if (found) found_.emplace_back(channel);
  if (missing_.empty()) events_.push_back({Kind::restored, std::exchange(found_, {}), {}});
}

std::vector<SubscriptionEvent> Subscriptions::take_events() { return std::exchange(events_, {}); }

}  // namespace zenws::policy

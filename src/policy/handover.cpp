#include "policy/handover.hpp"

#include <utility>

namespace zenws::policy {

namespace {

// A node of the map, beside the name.
std::size_t cost_of_name(std::string_view channel) noexcept { return channel.size() + 96; }

}  // namespace

void Handover::begin() {
  two_ = true;
  knows_too_many_ = false;
  forget_now();
}

// What the two of the present handover brought.
void Handover::forget_now() noexcept {
  for (const auto& [channel, id] : now_) name_bytes_ -= cost_of_name(channel);
  now_.clear();
  held_ = {};
  held_bytes_ = 0;
}

void Handover::forget() noexcept {
  if (two_) forget_held();  // both are gone
  for (const auto& [channel, id] : before_) name_bytes_ -= cost_of_name(channel);
  before_.clear();
}

bool Handover::has_brought(const Ids& ids, std::string_view channel, Id id) {
  if (!id) return false;
  const auto last = ids.find(channel);
  return last != ids.end() && *id <= last->second;
}

// Once a channel is past what the connection before brought, nothing of it can come again.
bool Handover::repeats(std::string_view channel, Id id) {
  if (!id || before_.empty()) return false;
  const auto last = before_.find(channel);
  if (last == before_.end()) return false;
  if (*id <= last->second) return true;
  name_bytes_ -= cost_of_name(channel);
  before_.erase(last);
  return false;
}

bool Handover::admits(std::string_view channel, Id id) {
  if (repeats(channel, id)) {
    ++repeated_;
    return false;
  }
  if (!two_ || !id) return true;
  remember(channel, *id);
  // Both bring about the same, so little is ever held.
  while (!held_.empty() && has_brought(now_, held_.front().channel, held_.front().id)) {
    take_first();
    ++repeated_;
  }
  return true;
}

void Handover::remember(std::string_view channel, std::uint64_t id) {
  if (const auto last = now_.find(channel); last != now_.end()) {
    last->second = id;
    return;
  }
  const std::size_t cost = cost_of_name(channel);
  if (name_bytes_ + cost > limit_) {
    knows_too_many_ = true;
    return;
  }
  now_.emplace(channel, id);
  name_bytes_ += cost;
}

void Handover::hold(std::string_view channel, Id id, std::string text) {
  if (two_ && has_brought(now_, channel, id)) {
    ++repeated_;
    return;
  }
  const std::size_t cost = sizeof(Held) + channel.size() + text.size();
  held_.push_back({std::string{channel}, id, std::move(text)});
  held_bytes_ += cost;
}

Handover::Held Handover::take_first() {
  Held first = std::move(held_.front());
  held_.pop_front();
  held_bytes_ -= sizeof(Held) + first.channel.size() + first.text.size();
  return first;
}

void Handover::end() {
  two_ = false;
  for (const auto& [channel, id] : now_) {
    if (!before_.insert_or_assign(channel, id).second) name_bytes_ -= cost_of_name(channel);
  }
  now_.clear();
}

void Handover::forget_held() noexcept {
  two_ = false;
  forget_now();
}

std::optional<std::string> Handover::take() {
  while (!held_.empty()) {
    Held next = take_first();
    if (!repeats(next.channel, next.id)) return next.text;
    ++repeated_;
  }
  return std::nullopt;
}

}  // namespace zenws::policy

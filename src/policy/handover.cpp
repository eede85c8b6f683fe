// See handover.hpp.
#include "policy/handover.hpp"

#include <utility>

namespace zenws::policy {

void Handover::begin() {
  two_ = true;
  now_.clear();
  held_.clear();
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
  before_.erase(last);
  return false;
}

bool Handover::admits(std::string_view channel, Id id) {
  if (repeats(channel, id)) {
    ++repeated_;
    return false;
  }
  if (!two_ || !id) return true;
  const auto last = now_.find(channel);
  if (last == now_.end()) {
    now_.emplace(channel, *id);
  } else {
    last->second = *id;
  }
  // Both bring about the same, so little is ever held.
  while (!held_.empty() && has_brought(now_, held_.front().channel, held_.front().id)) {
    held_.pop_front();
    ++repeated_;
  }
  return true;
}

void Handover::hold(std::string_view channel, Id id, std::string text) {
  if (two_ && has_brought(now_, channel, id)) {
    ++repeated_;
    return;
  }
  held_.push_back({std::string{channel}, id, std::move(text)});
}

void Handover::end() {
  two_ = false;
  for (auto& [channel, id] : now_) before_.insert_or_assign(channel, id);
  now_.clear();
}

void Handover::forget_held() noexcept {
  two_ = false;
  now_.clear();
  held_.clear();
}

std::optional<std::string> Handover::take() {
  while (!held_.empty()) {
    const Held next = std::move(held_.front());
    held_.pop_front();
    if (!repeats(next.channel, next.id)) return next.text;
    ++repeated_;
  }
  return std::nullopt;
}

}  // namespace zenws::policy

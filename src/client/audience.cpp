#include "client/audience.hpp"

#include <utility>

namespace zenws::client {

void Audience::awaits_end(const std::weak_ptr<EndWatcher>& watcher) {
  const auto is_useless = [&](const auto& other) {
    return other.expired() || (!other.owner_before(watcher) && !watcher.owner_before(other));
  };
  std::erase_if(watchers_, is_useless);
  watchers_.push_back(watcher);
}

void Audience::ended(std::uint64_t id, const Error& why) {
  for (const auto& watcher : std::exchange(watchers_, {})) {
    if (const auto told = watcher.lock()) told->client_ended(id);
  }
  if (recording_ != nullptr) recording_->finish([] {});
  started_(std::unexpected{why});
  for (Completion<void>& closer : std::exchange(closers_, {})) once_recorded(std::move(closer));
}

void Audience::once_recorded(Completion<void> completion) {
  if (recording_ == nullptr) return completion({});
  recording_->finish([loop = loop_, completion = std::move(completion)]() mutable {
    loop->post([completion = std::move(completion)]() mutable { completion({}); });
  });
}

}  // namespace zenws::client

#include "recordings/connection_gaps.hpp"

#include <utility>
#include <variant>

namespace zenws::program {

void ConnectionGaps::on_lifecycle(const Lifecycle& event, Clock::time_point now) {
  const std::lock_guard lock{mutex_};
  if (std::holds_alternative<Disconnected>(event)) lost_at_ = now;
  if (std::holds_alternative<Reconnecting>(event) && lost_at_) {
    ++count_;
    since_ = std::exchange(lost_at_, std::nullopt);
  }
  if (std::holds_alternative<Connected>(event) && since_) closed_ += now - *std::exchange(since_, std::nullopt);
  if (const auto* const stopped = std::get_if<Stopped>(&event)) end_ = stopped->error;
}

ConnectionGaps::Sum ConnectionGaps::sum(Clock::time_point now) const {
  const std::lock_guard lock{mutex_};
  const Clock::duration open = since_ ? now - *since_ : Clock::duration{0};
  return {.count = count_, .time = std::chrono::duration_cast<std::chrono::milliseconds>(closed_ + open)};
}

std::optional<Error> ConnectionGaps::end() const {
  const std::lock_guard lock{mutex_};
  return end_;
}

}  // namespace zenws::program

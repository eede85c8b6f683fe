#include "policy/backlog.hpp"

namespace zenws::policy {

TimePoint Backlog::read_until(TimePoint now, std::uint64_t handled, std::uint64_t waiting) noexcept {
  if (waiting == 0) {
    mark_.reset();
    return read_until_ = now;
  }
  const bool is_passed = mark_ && handled >= mark_->bytes;
  if (is_passed) read_until_ = mark_->at;
  if (is_passed || !mark_) mark_ = Mark{now, handled + waiting};
  return read_until_;
}

}  // namespace zenws::policy

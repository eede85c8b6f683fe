#include "client/limiter_gate.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "client/rate_limiter.hpp"

namespace zenws::client {

// A message that waits. When it goes, it was sent, or tells that it will not be.
class LimiterGate::Queued {
 public:
  Queued(LimiterGate& from, std::shared_ptr<void> owner, ws::Opcode opcode, std::span<const std::byte> payload,
         std::uint64_t epoch, std::move_only_function<void(const Error&)> not_sent)
      : from_{from},
        owner_{std::move(owner)},
        opcode_{opcode},
        payload_{as_text(payload)},
        epoch_{epoch},
        not_sent_{std::move(not_sent)} {}
  Queued(const Queued&) = delete;
  Queued& operator=(const Queued&) = delete;
  ~Queued() {
    if (done_) return;
    from_.counters_.dropped_in_limiter.fetch_add(1, std::memory_order_relaxed);
    if (not_sent_) not_sent_(error_);
  }

  void send() {
    const Result<> sent = from_.door_.enqueue(opcode_, as_bytes(payload_), epoch_);
    done_ = sent.has_value();
    if (!sent) error_ = sent.error();
  }
  // It was not accepted for waiting: the caller knows.
  void refused() noexcept { done_ = true; }

 private:
  LimiterGate& from_;
  const std::shared_ptr<void> owner_;
  const ws::Opcode opcode_;
  const std::string payload_;
  const std::uint64_t epoch_;
  std::move_only_function<void(const Error&)> not_sent_;
  Error error_{errc::cancelled, Phase::open, "dropped while it waited in the rate limiter"};
  bool done_ = false;
};

Result<> LimiterGate::send(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch,
                           const std::shared_ptr<void>& owner, Waiting waiting) {
  // Before tokens are spent on what cannot be sent.
  const Result<std::uint64_t> open = door_.open_epoch(epoch);
  if (!open) return std::unexpected{open.error()};
  const std::string_view text = as_text(payload);
  const Result<> taken = limiter_->state_->consume(text, dialect_);
  if (taken) return door_.enqueue(opcode, payload, *open);
  if (taken.error() != errc::rate_limited) return taken;

  const auto queued = std::make_shared<Queued>(*this, owner, opcode, payload, *open, std::move(waiting.not_sent));
  auto still_wanted = [this, epoch = *open, asked = std::move(waiting.still_wanted)]() mutable {
    return door_.open_epoch(epoch) && (!asked || asked());
  };
  Result<> accepted = limiter_->state_->submit(text, dialect_, [queued] { queued->send(); }, std::move(still_wanted));
  if (!accepted) queued->refused();
  return accepted;
}

void LimiterGate::sweep() {
  if (limiter_) limiter_->state_->sweep();
}

}  // namespace zenws::client

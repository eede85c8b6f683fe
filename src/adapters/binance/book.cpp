// One book: the rules by which snapshots and events fit together.
//
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, "How to manage a local order book
// correctly": an event whose u is not above the book's update is ignored; one whose U is above the next update means
// that some were missed; a snapshot before the first event that waits is too old. That page also refuses a snapshot
// that ends where the first event begins (lastUpdateId + 1 = U); nothing is missing between the two, as earlier
// versions of the page say, so it is taken.
#include <algorithm>
#include <utility>

#include <zenws/adapters/binance_book.hpp>

namespace zenws::adapters {

namespace {

constexpr std::size_t most_waiting = 10'000;

// By the update that the event says comes before it. One that overlaps with what is known follows that.
Sequence judge(SequenceGuard& guard, const binance::DepthEvent& event) {
  const std::uint64_t before = event.first == 0 ? 0 : event.first - 1;
  return guard.see(event.last, std::max(before, guard.last().value_or(before)));
}

std::size_t levels_of(const binance::DepthEvent& event) noexcept { return event.bids.size() + event.asks.size(); }

}  // namespace

BinanceBook::Applied BinanceBook::apply(DepthEvent event) {
  if (!in_sync_) return wait(std::move(event));
  switch (judge(guard_, event)) {
    case Sequence::duplicate:
      return Applied::duplicate;
    case Sequence::gap:
      in_sync_ = false;
      wait(std::move(event));
      return Applied::gap;
    case Sequence::first:
    case Sequence::in_order:
      break;
  }
  change(event);
  return became_too_deep() ? Applied::too_deep : Applied::change;
}

// A snapshot that is new enough for what comes after a gap contains what came before it.
BinanceBook::Applied BinanceBook::wait(DepthEvent event) {
  if (!waiting_.empty()) {
    if (event.last <= waiting_.back().last) return Applied::duplicate;
    if (event.first > waiting_.back().last + 1) forget_waiting();
  }
  waiting_levels_ += levels_of(event);
  waiting_.push_back(std::move(event));
  while (waiting_.size() > most_waiting || (waiting_levels_ / 2 > most_levels_ && waiting_.size() > 1)) {
    waiting_levels_ -= levels_of(waiting_.front());
    waiting_.pop_front();
  }
  return Applied::buffered;
}

BinanceBook::Synced BinanceBook::apply(const binance::DepthSnapshot& snapshot) {
  if (!waiting_.empty() && waiting_.front().first > snapshot.last_update_id + 1) return Synced::too_old;
  ladders_.clear();
  for (const Level& level : snapshot.bids) ladders_.set_bid(level);
  for (const Level& level : snapshot.asks) ladders_.set_ask(level);
  guard_.restart(snapshot.last_update_id);
  in_sync_ = true;
  waiting_levels_ = 0;
  for (const DepthEvent& event : std::exchange(waiting_, {})) {
    if (judge(guard_, event) == Sequence::in_order) change(event);
  }
  return became_too_deep() ? Synced::too_deep : Synced::in_sync;
}

void BinanceBook::lose_sync() noexcept {
  in_sync_ = false;
  forget_waiting();
}

void BinanceBook::forget_waiting() noexcept {
  waiting_.clear();
  waiting_levels_ = 0;
}

bool BinanceBook::became_too_deep() noexcept {
  if (ladders_.depth() <= most_levels_) return false;
  ladders_.clear();
  in_sync_ = false;
  return true;
}

void BinanceBook::change(const DepthEvent& event) {
  for (const Level& level : event.bids) ladders_.set_bid(level);
  for (const Level& level : event.asks) ladders_.set_ask(level);
  timestamp_ = event.time;
}

}  // namespace zenws::adapters

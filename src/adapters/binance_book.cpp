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
  return Applied::change;
}

// A snapshot that is new enough for what comes after a gap contains what came before it.
BinanceBook::Applied BinanceBook::wait(DepthEvent event) {
  if (!waiting_.empty()) {
    if (event.last <= waiting_.back().last) return Applied::duplicate;
    if (event.first > waiting_.back().last + 1) waiting_.clear();
  }
  waiting_.push_back(std::move(event));
  if (waiting_.size() > most_waiting) waiting_.pop_front();
  return Applied::buffered;
}

BinanceBook::Synced BinanceBook::apply(const binance::DepthSnapshot& snapshot) {
  if (!waiting_.empty() && waiting_.front().first > snapshot.last_update_id + 1) return Synced::too_old;
  ladders_.clear();
  for (const Level& level : snapshot.bids) ladders_.set_bid(level);
  for (const Level& level : snapshot.asks) ladders_.set_ask(level);
  guard_.restart(snapshot.last_update_id);
  in_sync_ = true;
  for (const DepthEvent& event : std::exchange(waiting_, {})) {
    if (judge(guard_, event) == Sequence::in_order) change(event);
  }
  return Synced::in_sync;
}

void BinanceBook::lose_sync() noexcept {
  in_sync_ = false;
  waiting_.clear();
}

void BinanceBook::change(const DepthEvent& event) {
  for (const Level& level : event.bids) ladders_.set_bid(level);
  for (const Level& level : event.asks) ladders_.set_ask(level);
  timestamp_ = event.time;
}

}  // namespace zenws::adapters

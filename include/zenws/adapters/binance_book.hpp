/// \file
/// Keeps order books by Binance's diff. depth streams: snapshots fetched by a function of yours, events that follow
/// them, and what to do when one is missing.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/adapters/binance_types.hpp>
#include <zenws/adapters/price_ladders.hpp>
#include <zenws/error.hpp>
#include <zenws/message.hpp>
#include <zenws/sequence_guard.hpp>

namespace zenws {
class Runtime;
}

namespace zenws::adapters {

/// One symbol's book, kept by a snapshot and the events of its `@depth` stream. A value: copyable.
///
/// Until a snapshot has come, events are kept, at most 10 000 and of no more prices than both sides may have; then
/// those that it contains already are dropped, and the others applied. An event may begin before the last update that
/// is known (two connections overlap while one takes over from the other), but not after the next one. Threads: one at
/// a time. See: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, "How to manage a local
/// order book correctly"
class BinanceBook {
 public:
  /// What an event did.
  enum class Applied : std::uint8_t {
    change,     ///< Some prices have changed.
    buffered,   ///< Not in sync: it waits for a snapshot.
    duplicate,  ///< It was known already: nothing has changed.
    gap,  ///< Something before it is missing: the book is not in sync any more, and the event waits for a snapshot.
    too_deep,  ///< The book had more prices on one side than it may have: all are gone, and it is not in sync any more.
  };
  /// What a snapshot did.
  enum class Synced : std::uint8_t {
    in_sync,   ///< The book is the snapshot, and what came after it.
    too_old,   ///< Something between it and the first event that waits is missing: nothing has changed. Fetch another.
    too_deep,  ///< The book would have more prices on one side than it may have: it is empty and not in sync.
  };

  /// Holds at most default_most_levels prices on each side.
  BinanceBook() = default;
  /// Holds at most `most_levels` prices on each side.
  explicit BinanceBook(std::size_t most_levels) noexcept : most_levels_{most_levels} {}

  /// Applies one event.
  Applied apply(binance::DepthEvent event);
  /// Begins anew from a snapshot.
  Synced apply(const binance::DepthSnapshot& snapshot);
  /// Not in sync any more, and nothing waits: the connection was lost. The levels stay, as the last known.
  void lose_sync() noexcept;

  /// True from a snapshot on until something is missing.
  [[nodiscard]] bool is_in_sync() const noexcept { return in_sync_; }
  /// The last update that is in the book; zero before the first snapshot.
  [[nodiscard]] std::uint64_t update_id() const noexcept { return guard_.last().value_or(0); }
  /// Of the last event applied; zero before the first.
  [[nodiscard]] binance::Timestamp timestamp() const noexcept { return timestamp_; }
  /// The highest price that somebody pays. nullopt: there are no bids.
  [[nodiscard]] std::optional<Level> best_bid() const { return ladders_.best_bid(); }
  /// The lowest price that somebody takes. nullopt: there are no asks.
  [[nodiscard]] std::optional<Level> best_ask() const { return ladders_.best_ask(); }
  /// The bids, best first, at most `depth`.
  [[nodiscard]] std::vector<Level> bids(std::size_t depth = SIZE_MAX) const { return ladders_.bids(depth); }
  /// The asks, best first, at most `depth`.
  [[nodiscard]] std::vector<Level> asks(std::size_t depth = SIZE_MAX) const { return ladders_.asks(depth); }

 private:
  using DepthEvent = binance::DepthEvent;
  Applied wait(DepthEvent event);
  void change(const DepthEvent& event);
  void forget_waiting() noexcept;
  [[nodiscard]] bool became_too_deep() noexcept;

  SequenceGuard guard_;
  PriceLadders ladders_;
  std::deque<DepthEvent> waiting_;  // each begins where the one before it ends
  std::size_t waiting_levels_ = 0;  // of those
  std::size_t most_levels_ = default_most_levels;
  binance::Timestamp timestamp_ = 0;
  bool in_sync_ = false;
};

/// Fetches a symbol's depth snapshot: calls `done` once, now or later, on any thread, with the JSON text of
/// GET /api/v3/depth. Dropping `done` counts as a failure. Must neither block nor throw.
///
/// BinanceApi::snapshots() is one. See: https://developers.binance.com/docs/binance-spot-api-docs/rest-api
using FetchSnapshot = std::function<void(std::string symbol, std::move_only_function<void(Result<std::string>)> done)>;

/// How a BinanceBookKeeper is made. The functions must neither block nor throw; they are called one at a time, on the
/// client's loop, on a loop of `runtime`, or on the thread that calls sync() (Binance::watch_book() does) or a
/// snapshot's `done`.
struct BinanceBookKeeperOptions {
  /// Fetches snapshots. Empty: no books are kept.
  FetchSnapshot fetch = {};
  /// Called after each snapshot and change with the symbol and its book, which is in sync then.
  std::function<void(std::string_view symbol, const BinanceBook& book)> on_change = {};
  /// Called when a book has lost its sync by a gap, before its snapshot is fetched again.
  std::function<void(std::string_view symbol)> on_gap = {};
  /// Called when a snapshot could not be fetched or read, and when a book has more prices than most_levels, then before
  /// on_gap; the snapshot is fetched again.
  std::function<void(std::string_view symbol, const Error& error)> on_failure = {};
  /// Before a snapshot is fetched again that failed or was too old; it doubles from one to the next.
  std::chrono::milliseconds retry_delay{500};
  /// The longest of these delays.
  std::chrono::milliseconds max_backoff{30'000};
  /// Whose loops wait for that; null = Runtime::shared().
  Runtime* runtime = nullptr;
  /// Most prices on one side of a book. A feed that is broken, or hostile, fills no memory; a venue's book never has
  /// so many.
  std::size_t most_levels = default_most_levels;
};

/// What a BinanceBookKeeper has seen so far.
struct BinanceBookCounts {
  std::uint64_t snapshots = 0;   ///< Books begun from a snapshot.
  std::uint64_t too_old = 0;     ///< Snapshots older than the first event that waited.
  std::uint64_t failures = 0;    ///< Snapshots that could not be fetched or read.
  std::uint64_t changes = 0;     ///< Events applied.
  std::uint64_t duplicates = 0;  ///< Events that were known already.
  std::uint64_t gaps = 0;        ///< Times that something was missing.
  std::uint64_t malformed = 0;   ///< Events that could not be read; each counts as a gap too.
  std::uint64_t too_deep = 0;    ///< Times that a book had more prices than most_levels; not a gap.
  friend bool operator==(const BinanceBookCounts&, const BinanceBookCounts&) = default;
};

/// Keeps the books of some symbols by their diff. depth streams. On a gap that one book's snapshot is fetched again;
/// the other books go on untouched.
///
/// adapters::Binance has one; with a client of your own, watch() symbols, give it each message of the handler, and tell
/// it of losses. Symbols may be written in capitals or not.
/// Threads:  take() and lost() on the client's loop; the others on any thread.
/// Lifetime: copies refer to the same books. When the last of them goes, no function of the options is called any
///           more: that destructor waits for a call under way, except inside that call.
/// See:      docs/guide/binance.md, examples/19_binance_book.cpp
class BinanceBookKeeper {
 public:
  /// Keeps no book yet.
  explicit BinanceBookKeeper(BinanceBookKeeperOptions options = {});

  /// Keeps a symbol's book from now on; its snapshot is fetched when its first event has come, or by sync().
  void watch(std::string_view symbol);
  /// Fetches a watched symbol's snapshot, unless its book is in sync or its snapshot on its way: call it when the
  /// stream has been subscribed, and a book on which nothing happens is there too.
  void sync(std::string_view symbol);
  /// Lets go of a symbol's book.
  void forget(std::string_view symbol);

  /// Takes a message when it is a depth event of a watched symbol. False: it is something else.
  bool take(const Message& message);
  /// The connection is lost: no book is in sync until its next snapshot.
  void lost();

  /// A copy of a symbol's book as it is now. nullopt: it is not watched.
  [[nodiscard]] std::optional<BinanceBook> book(std::string_view symbol) const;
  /// Symbols that are watched, in capitals, sorted.
  [[nodiscard]] std::vector<std::string> symbols() const;
  /// What has been seen so far.
  [[nodiscard]] BinanceBookCounts counts() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace zenws::adapters

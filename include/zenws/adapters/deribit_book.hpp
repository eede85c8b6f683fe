/// \file
/// Keeps order books by Deribit's `book.*` channels: snapshots, changes, and what to do when one is missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/adapters/price_ladders.hpp>
#include <zenws/client.hpp>
#include <zenws/error.hpp>
#include <zenws/sequence_guard.hpp>

namespace simdjson::dom {
class element;
}

namespace zenws::adapters {

/// One instrument's book, kept by the notifications of a `book.INSTRUMENT.INTERVAL` channel. A value: copyable.
///
/// Threads: one at a time. See: https://docs.deribit.com/#book-instrument_name-interval
class DeribitBook {
 public:
  /// What a notification did.
  enum class Applied : std::uint8_t {
    snapshot,   ///< The whole book was replaced; it is in sync now.
    change,     ///< Some prices have changed.
    duplicate,  ///< It was known already: nothing has changed.
    gap,        ///< A change before it is missing: nothing has changed, and the book is not in sync any more.
    ignored,    ///< Not in sync: a change is of no use without a snapshot. Nothing has changed.
    malformed,  ///< Not a notification of such a channel. Nothing has changed, and the book is not in sync any more.
    too_deep,   ///< It had more prices on one side than it may have: they are all gone, and it is not in sync any more.
  };

  /// Holds at most default_most_levels prices on each side.
  DeribitBook() = default;
  /// Holds at most `most_levels` prices on each side.
  explicit DeribitBook(std::size_t most_levels) noexcept : most_levels_{most_levels} {}

  /// Applies one notification: the `data` of its `params`.
  Applied apply(const simdjson::dom::element& data);
  /// Not in sync any more, until the next snapshot: the connection was lost. The levels stay, as the last known.
  void lose_sync() noexcept { in_sync_ = false; }

  /// True from a snapshot on until a change is missing.
  [[nodiscard]] bool is_in_sync() const noexcept { return in_sync_; }
  /// Of the last snapshot or change; zero before the first.
  [[nodiscard]] std::uint64_t change_id() const noexcept { return guard_.last().value_or(0); }
  /// Of the last snapshot or change, milliseconds since 1970.
  [[nodiscard]] std::int64_t timestamp() const noexcept { return timestamp_; }
  /// The highest price that somebody pays. nullopt: there are no bids.
  [[nodiscard]] std::optional<Level> best_bid() const { return ladders_.best_bid(); }
  /// The lowest price that somebody takes. nullopt: there are no asks.
  [[nodiscard]] std::optional<Level> best_ask() const { return ladders_.best_ask(); }
  /// The bids, best first, at most `depth`.
  [[nodiscard]] std::vector<Level> bids(std::size_t depth = SIZE_MAX) const { return ladders_.bids(depth); }
  /// The asks, best first, at most `depth`.
  [[nodiscard]] std::vector<Level> asks(std::size_t depth = SIZE_MAX) const { return ladders_.asks(depth); }

 private:
  struct Update;
  [[nodiscard]] Applied apply_update(const Update& update);

  SequenceGuard guard_;
  PriceLadders ladders_;
  std::size_t most_levels_ = default_most_levels;
  std::int64_t timestamp_ = 0;
  bool in_sync_ = false;
};

/// How a DeribitBookKeeper is made. The functions are called on the client's loop, and must not block; on_failure must
/// not throw either.
struct DeribitBookKeeperOptions {
  /// Called after each snapshot and change with the channel and its book, which is in sync then.
  std::function<void(std::string_view channel, const DeribitBook& book)> on_change = {};
  /// Called when a book has lost its sync by a gap, before it is subscribed again.
  std::function<void(std::string_view channel)> on_gap = {};
  /// Called when a book could not be subscribed again in three attempts, or when it came with more prices than
  /// most_levels; it stays out of sync until the next connection. Also, before on_gap, when changes have brought it to
  /// more than that: then it is subscribed again. And with each snapshot of a book that is one more than most_books.
  std::function<void(std::string_view channel, const Error& error)> on_failure = {};
  /// Most prices on one side of a book. A feed that is broken, or hostile, fills no memory; a venue's book never has
  /// so many.
  std::size_t most_levels = default_most_levels;
  /// Most books, for the same reason: Deribit trades some thousands of instruments. What comes beyond is not kept, and
  /// on_failure tells; forget() makes room.
  std::size_t most_books = 10'000;
};

/// What a DeribitBookKeeper has seen so far.
struct DeribitBookCounts {
  std::uint64_t snapshots = 0;     ///< Books replaced whole.
  std::uint64_t changes = 0;       ///< Changes applied.
  std::uint64_t duplicates = 0;    ///< Changes that were known already.
  std::uint64_t gaps = 0;          ///< Times that a change was missing.
  std::uint64_t resubscribed = 0;  ///< Books subscribed again after a gap.
  std::uint64_t malformed = 0;     ///< Notifications that could not be read.
  std::uint64_t too_deep = 0;      ///< Times that a book had more prices than most_levels.
  std::uint64_t too_many = 0;      ///< Snapshots of books that are not kept, being more than most_books.
  friend bool operator==(const DeribitBookCounts&, const DeribitBookCounts&) = default;
};

/// Keeps the books of all `book.INSTRUMENT.INTERVAL` channels of one client. On a gap that one channel is unsubscribed
/// and subscribed again, so that a snapshot comes; the other books go on untouched.
///
/// adapters::Deribit has one; with a client of your own, give it each message of the handler and tell it of losses.
/// Threads:  take() and lost() on the client's loop; the others on any thread.
/// Lifetime: copies refer to the same books. When the last of them goes, no function of the options is called any
///           more: that destructor waits for a call under way, except inside that call.
/// See:      docs/guide/deribit.md, examples/16_deribit_book.cpp
class DeribitBookKeeper {
 public:
  /// Keeps no book yet.
  explicit DeribitBookKeeper(DeribitBookKeeperOptions options = {});

  /// Takes a message when it is a notification of a `book.INSTRUMENT.INTERVAL` channel. False: it is something else.
  /// `client`: on which the channel is subscribed again after a gap.
  bool take(const Message& message, const ClientRef& client);
  /// The connection is lost: no book is in sync until its next snapshot.
  void lost();
  /// Lets go of a channel's book.
  void forget(std::string_view channel);

  /// A copy of the channel's book as it is now. nullopt: no snapshot has come yet.
  [[nodiscard]] std::optional<DeribitBook> book(std::string_view channel) const;
  /// Channels whose books are kept, sorted.
  [[nodiscard]] std::vector<std::string> channels() const;
  /// What has been seen so far.
  [[nodiscard]] DeribitBookCounts counts() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace zenws::adapters

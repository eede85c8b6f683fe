// The books of one client: whose message it is, and how a book gets its snapshot.
#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>

#include <zenws/adapters/binance_book.hpp>
#include <zenws/pending_call.hpp>
#include <zenws/runtime.hpp>

#include "adapters/binance/names.hpp"
#include "adapters/binance/payload.hpp"
#include "adapters/book_registry.hpp"
#include "adapters/errors.hpp"
#include "adapters/fields.hpp"
#include "adapters/last_handle.hpp"

namespace zenws::adapters {

using binance::DepthEvent;
using std::chrono::milliseconds;
using Applied = BinanceBook::Applied;
using Synced = BinanceBook::Synced;

// Events come on the client's loop, snapshots on whatever thread fetched them. All of it is queued, and worked off by
// whoever finds nobody at work: so nobody waits for another, and the user's functions are called one at a time. Books
// change by who is at work.
class BinanceBookKeeper::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(BinanceBookKeeperOptions options) : options_{std::move(options)} {}

  [[nodiscard]] auto& books() noexcept { return books_; }

  void watch(std::string_view symbol) {
    if (options_.fetch) books_.add(std::make_shared<Entry>(binance::upper(symbol), options_.most_levels));
  }

  void sync(std::string_view symbol) {
    if (const EntryPtr entry = books_.find(binance::upper(symbol))) post(Sync{entry});
  }

  bool take(const Message& message) {
    const auto payload = binance::payload_of(message);
    if (!payload || binance::event_of(*payload) != "depthUpdate") return false;
    const EntryPtr entry = books_.find(Fields{*payload}.text("s"));
    if (!entry) return false;
    post(Heard{entry, binance::read_depth_event(message)});
    return true;
  }

  void lost() { post(Lost{}); }
  // Nobody holds it any more: when this returns, no function of the user's runs nor will.
  void abandon() { listeners_.leave(); }

 private:
  using Counts = BinanceBookCounts;
  struct Entry {
    Entry(std::string symbol, std::size_t most_levels) : name{std::move(symbol)}, book{most_levels} {}
    const std::string name;
    BinanceBook book;
    // Of who is at work only:
    std::uint64_t fetch = 0;  // which one is the latest; what belongs to an older one is dropped
    bool is_fetching = false;
    milliseconds delay{0};
    PendingCall alarm;  // until it is fetched again
  };
  using EntryPtr = std::shared_ptr<Entry>;

  struct Heard {
    EntryPtr entry;
    std::optional<DepthEvent> event;  // nullopt: it could not be read
  };
  struct Sync {
    EntryPtr entry;
  };
  struct Given {
    EntryPtr entry;
    std::uint64_t fetch = 0;
    Result<std::string> snapshot;
  };
  struct Again {
    EntryPtr entry;
    std::uint64_t fetch = 0;
  };
  struct Lost {};
  using Work = std::variant<Heard, Sync, Given, Again, Lost>;

  // What a fetch function is given: answers once, also when it is dropped.
  class Ticket {
   public:
    Ticket(std::weak_ptr<State> keeper, EntryPtr entry) noexcept
        : keeper_{std::move(keeper)}, entry_{std::move(entry)}, fetch_{entry_->fetch} {}
    Ticket(Ticket&& other) noexcept = default;
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() { give(std::unexpected{Error{errc::cancelled, Phase::none, "the snapshot was never given"}}); }
    void give(Result<std::string> snapshot) {
      const EntryPtr entry = std::exchange(entry_, nullptr);
      const auto keeper = keeper_.lock();
      if (entry && keeper) keeper->post(Given{entry, fetch_, std::move(snapshot)});
    }

   private:
    std::weak_ptr<State> keeper_;
    EntryPtr entry_;
    std::uint64_t fetch_;
  };

  // ---- the queue

  void post(Work work) {
    const auto kept = shared_from_this();  // who is told may let the last handle go
    {
      const std::lock_guard lock{mutex_};
      queue_.push_back(std::move(work));
      if (std::exchange(at_work_, true)) return;
    }
    const Shift shift{*this};
    while (auto next = take_work()) std::visit([this](auto& each) { carry_out(each); }, *next);
  }

  std::optional<Work> take_work() {
    const std::lock_guard lock{mutex_};
    if (queue_.empty()) {
      at_work_ = false;
      return std::nullopt;
    }
    Work work = std::move(queue_.front());
    queue_.pop_front();
    return work;
  }

  // A function of the user's that throws all the same must not leave the queue without a worker for ever.
  struct Shift {
    State& state;
    int thrown = std::uncaught_exceptions();
    ~Shift() {
      if (std::uncaught_exceptions() == thrown) return;
      const std::lock_guard lock{state.mutex_};
      state.at_work_ = false;
    }
  };

  // ---- the work

  void carry_out(Heard& heard) {
    const EntryPtr& entry = heard.entry;
    if (!books_.holds(entry)) return;
    const bool was_in_sync = entry->book.is_in_sync();
    const Applied applied = apply(heard);
    if (applied == Applied::change) listeners_.tell(options_.on_change, entry->name, entry->book);
    if (applied == Applied::too_deep) fail(*entry, too_deep(options_.most_levels));
    const bool lost_it = applied == Applied::gap || applied == Applied::too_deep;
    if (lost_it && was_in_sync) listeners_.tell(options_.on_gap, entry->name);
    if (!entry->book.is_in_sync()) begin_to_fetch(entry);
  }

  Applied apply(Heard& heard) {
    return books_.change([&](Counts& counts) {
      Applied applied = Applied::gap;
      if (heard.event) {
        applied = heard.entry->book.apply(*std::move(heard.event));
      } else {
        ++counts.malformed;
        heard.entry->book.lose_sync();
      }
      if (applied == Applied::change) ++counts.changes;
      if (applied == Applied::duplicate) ++counts.duplicates;
      if (applied == Applied::gap) ++counts.gaps;
      if (applied == Applied::too_deep) ++counts.too_deep;
      return applied;
    });
  }

  void carry_out(const Sync& sync) {
    if (books_.holds(sync.entry) && !sync.entry->book.is_in_sync()) begin_to_fetch(sync.entry);
  }

  void carry_out(const Again& again) {
    if (books_.holds(again.entry) && again.fetch == again.entry->fetch) fetch(again.entry);
  }

  void carry_out(const Lost&) {
    books_.change_all([](Entry& entry) {
      entry.book.lose_sync();
      ++entry.fetch;
      entry.is_fetching = false;
      entry.delay = milliseconds{0};
    });
  }

  void begin_to_fetch(const EntryPtr& entry) {
    if (!std::exchange(entry->is_fetching, true)) fetch(entry);
  }

  void fetch(const EntryPtr& entry) {
    ++entry->fetch;
    listeners_.tell(options_.fetch, entry->name,
                    [ticket = Ticket{weak_from_this(), entry}](Result<std::string> snapshot) mutable {
                      ticket.give(std::move(snapshot));
                    });
  }

  void carry_out(Given& given) {
    const EntryPtr& entry = given.entry;
    if (!books_.holds(entry) || given.fetch != entry->fetch) return;
    auto snapshot = given.snapshot ? binance::read_depth_snapshot(*given.snapshot)
                                   : Result<binance::DepthSnapshot>{std::unexpected{given.snapshot.error()}};
    if (!snapshot) {
      books_.change([](Counts& counts) { return ++counts.failures; });
      fail(*entry, snapshot.error());
      return fetch_later(entry);
    }
    const Synced synced = apply(entry, *snapshot);
    if (synced == Synced::too_deep) fail(*entry, too_deep(options_.most_levels));
    if (synced != Synced::in_sync) return fetch_later(entry);
    entry->is_fetching = false;
    entry->delay = milliseconds{0};
    listeners_.tell(options_.on_change, entry->name, entry->book);
  }

  Synced apply(const EntryPtr& entry, const binance::DepthSnapshot& snapshot) {
    return books_.change([&](Counts& counts) {
      const Synced synced = entry->book.apply(snapshot);
      if (synced == Synced::in_sync) ++counts.snapshots;
      if (synced == Synced::too_old) ++counts.too_old;
      if (synced == Synced::too_deep) ++counts.too_deep;
      return synced;
    });
  }

  void fail(const Entry& entry, const Error& error) { listeners_.tell(options_.on_failure, entry.name, error); }

  void fetch_later(const EntryPtr& entry) {
    const bool is_first = entry->delay <= milliseconds{0};
    const milliseconds doubled = std::min(entry->delay, milliseconds::max() / 2) * 2;
    entry->delay = std::min(options_.max_backoff, is_first ? options_.retry_delay : doubled);
    Runtime& runtime = options_.runtime != nullptr ? *options_.runtime : Runtime::shared();
    auto alarm = runtime.call_after(entry->delay,
                                    [keeper = weak_from_this(), weak = std::weak_ptr{entry}, number = entry->fetch] {
                                      const auto self = keeper.lock();
                                      const EntryPtr due = weak.lock();
                                      if (self && due) self->post(Again{due, number});
                                    });
    if (!alarm) return (void)(entry->is_fetching = false);
    entry->alarm = *std::move(alarm);
  }

  const BinanceBookKeeperOptions options_;
  Listeners listeners_;
  BookRegistry<Entry, Counts> books_;  // those that the user watches
  std::mutex mutex_;
  std::deque<Work> queue_;  // guarded, as the next
  bool at_work_ = false;
};

BinanceBookKeeper::BinanceBookKeeper(BinanceBookKeeperOptions options)
    : state_{handle_of(std::make_shared<State>(std::move(options)))} {}

void BinanceBookKeeper::watch(std::string_view symbol) { state_->watch(symbol); }
void BinanceBookKeeper::sync(std::string_view symbol) { state_->sync(symbol); }
void BinanceBookKeeper::forget(std::string_view symbol) { state_->books().erase(binance::upper(symbol)); }
bool BinanceBookKeeper::take(const Message& message) { return state_->take(message); }
void BinanceBookKeeper::lost() { state_->lost(); }
std::optional<BinanceBook> BinanceBookKeeper::book(std::string_view symbol) const {
  return state_->books().book(binance::upper(symbol));
}
std::vector<std::string> BinanceBookKeeper::symbols() const { return state_->books().names(); }
BinanceBookCounts BinanceBookKeeper::counts() const { return state_->books().counts(); }

}  // namespace zenws::adapters

// Which channels are desired, which the server has confirmed, and what must be asked of it to make the two the same.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace zenws::policy {

struct SubscriptionSettings {
  std::size_t batch_size = 100;
  Clock::duration batch_delay{0};                 // between two batches
  Clock::duration answer_timeout{0};              // for a batch's answer
  std::chrono::milliseconds retry_delay{1000};    // of a refused channel that is being restored, doubled each time …
  std::chrono::milliseconds max_backoff{30'000};  // … up to this
  Clock::duration silence_timeout{0};             // zero: silence means nothing
};

// What has become of channels, for whoever wants to know.
struct SubscriptionEvent {
  enum class Kind : std::uint8_t {
    confirmed,
    rejected,    // for good; the channel is not desired any more
    unanswered,  // no answer came in time; they stay desired
    dropped,     // by the user, while somebody may wait for it
    degraded,    // these are missing
    restored,    // none is missing any more; these were
    dead,        // a channel that was subscribed again is still silent: only a new connection can help
  };
  Kind kind;
  std::vector<std::string> channels;
  std::string reason;
};

// Threads: one. Every function says what has happened; what follows from it is in take_batch(), take_events() and
// deadline().
class Subscriptions {
 public:
  // A request to send. `id` names it in answered(), unsent() and forgotten().
  struct Batch {
    std::int64_t id;
    bool subscribe;  // else unsubscribe
    std::vector<std::string> channels;
  };

  explicit Subscriptions(SubscriptionSettings settings) noexcept : settings_{settings} {}

  // The user's requests.
  void desire(std::span<const std::string> channels);
  void drop(std::span<const std::string> channels);
  // While there is no connection: the user's requests end with it, and nobody is told.
  void forget_all();

  // The connection. Nothing of one is valid on the next.
  void opened(TimePoint now, bool again);
  void lost();

  // True: take_batch() has something to send now.
  [[nodiscard]] bool has_batch(TimePoint now);
  // Requires: has_batch(now). It counts as sent; `id` was never used before.
  [[nodiscard]] Batch take_batch(TimePoint now, std::int64_t id);
  // The batch could not be sent: it is to be sent later.
  void unsent(std::int64_t id, TimePoint now);
  // The channels of a batch that waits for its answer; null: none of that id does.
  [[nodiscard]] const std::vector<std::string>* asked(std::int64_t id) const;
  // The server's answer. Channels of the batch that are not `confirmed` are refused for `reason`.
  void answered(std::int64_t id, std::span<const std::string> confirmed, std::string_view reason, TimePoint now);

  // The server says so of one channel, whatever was asked for.
  void confirm(std::string_view channel, TimePoint now);
  void reject(std::string_view channel, std::string_view reason, TimePoint now);
  // Data of a channel came. A channel that nobody answered in time is assumed to be subscribed by that: neither
  // confirmed nor missing. True: this is how it was assumed.
  bool heard(std::string_view channel, TimePoint now);

  // At deadline() or later.
  void tick(TimePoint now);
  [[nodiscard]] TimePoint deadline() const;
  [[nodiscard]] std::vector<SubscriptionEvent> take_events();

  [[nodiscard]] std::size_t desired_size() const noexcept { return channels_.size(); }
  [[nodiscard]] std::size_t confirmed_size() const noexcept { return confirmed_; }
  // Confirmed or assumed.
  [[nodiscard]] std::size_t settled_size() const noexcept { return confirmed_ + assumed_; }
  // Asked for in vain so far: nobody answered, and no data came.
  [[nodiscard]] std::size_t unanswered_size() const noexcept { return unanswered_; }
  // An answer may come.
  [[nodiscard]] bool is_waiting() const noexcept { return !batches_.empty(); }
  // Data would tell something: see heard().
  [[nodiscard]] bool needs_data() const noexcept { return asked_ + unanswered_ != 0; }
  // The batch that has waited longest for an answer; null: none does.
  struct Oldest {
    std::int64_t id;
    TimePoint sent;
  };
  [[nodiscard]] std::optional<Oldest> oldest() const noexcept;
  // Batches whose channels still wait to be spoken of.
  [[nodiscard]] std::size_t in_flight() const noexcept;
  // For tests.
  [[nodiscard]] bool is_desired(std::string_view channel) const { return channels_.contains(channel); }
  [[nodiscard]] bool is_confirmed(std::string_view channel) const;

 private:
  enum class State : std::uint8_t {
    desired,
    asked,
    confirmed,
    assumed,     // nobody answered, but its data come
    waiting,     // refused, to be asked for again
    unanswered,  // may be asked for again
  };
  struct Channel {
    State state = State::desired;
    std::uint64_t order = 0;      // in which they were desired
    std::int64_t batch = 0;       // when asked
    int refusals = 0;             // in a row
    int silences = 0;             // requests without an answer on this connection, in a row
    bool was_subscribed = false;  // ever: then a refusal is not final at once
    bool was_assumed = false;     // ever: nobody is known to answer, so that data count at once
    bool has_data = false;        // since it was asked for
    bool was_silent = false;      // and was subscribed again for that
    TimePoint retry_at = never;   // when waiting or unanswered
    TimePoint heard{};            // when confirmed or assumed
  };
  using Channels = std::map<std::string, Channel, std::less<>>;
  struct Request {
    bool subscribe;
    bool always;  // also when the channel is desired: unsubscribe before subscribing again
    std::string channel;
  };
  struct Pending {
    Batch batch;
    TimePoint sent;
    TimePoint deadline;
    std::size_t unresolved;  // channels of which the server has not spoken one by one
  };

  [[nodiscard]] bool is_stale(const Request& request) const;
  void set_state(Channel& channel, State state) noexcept;
  void request(bool subscribe, const std::string& channel, bool always = false);
  void tell(SubscriptionEvent::Kind kind, std::string_view channel, std::string_view reason = {});
  void confirmed(Channels::iterator channel, TimePoint now);
  void refused(Channels::iterator channel, std::string_view reason, TimePoint now);
  void assumed(Channels::iterator channel, TimePoint now);
  void unanswered(Channels::iterator channel, TimePoint now);
  [[nodiscard]] TimePoint retry_at(int failures, TimePoint now) const;
  void spoken_of(const Channel& channel) noexcept;
  void miss(std::vector<std::string> channels);
  void miss_no_more(std::string_view channel, bool found);
  void expire_batches(TimePoint now);
  void ask_again(TimePoint now);
  void look_for_silence(TimePoint now);

  SubscriptionSettings settings_;
  Channels channels_;
  std::list<Request> requests_;  // in the order in which they go out
  std::map<std::int64_t, Pending> batches_;
  std::vector<SubscriptionEvent> events_;
  std::set<std::string, std::less<>> missing_;
  std::vector<std::string> found_;  // of the missing
  TimePoint next_batch_ = TimePoint::min();
  TimePoint next_look_ = never;
  // Of channels in these states.
  std::size_t asked_ = 0;
  std::size_t confirmed_ = 0;
  std::size_t assumed_ = 0;
  std::size_t waiting_ = 0;
  std::size_t unanswered_ = 0;
  std::uint64_t last_order_ = 0;
  bool open_ = false;
};

}  // namespace zenws::policy

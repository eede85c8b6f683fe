// The hands of a client's subscriptions: sends what the policy wants in the venue's language, and tells who waits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <zenws/client.hpp>
#include <zenws/dialect.hpp>

#include "base/clock.hpp"
#include "client/completion.hpp"
#include "client/counters.hpp"
#include "client/voice.hpp"
#include "link/inbound.hpp"
#include "net/timers.hpp"
#include "policy/subscriptions.hpp"

namespace zenws::client {

// Threads: the loop's only.
class Subscribing {
 public:
  class Owner {
   public:
    // On the present connection, or on its successor. Errors: send_message's.
    virtual Result<> send_subscription(std::string_view text, bool to_successor) = 0;
    // Channels stay silent though subscribed again: the connection is of no use.
    virtual void feed_is_dead(const Error& error) = 0;
    // Time is up: takes what has come, then calls on_time().
    virtual void subscriptions_due() = 0;

   protected:
    ~Owner() = default;
  };

  Subscribing(const Options& options, Counters& counters, Voice& voice, Owner& owner);

  void start(net::TimerQueue& timers) { timers_ = &timers; }
  // `completion`, when given, ends with the server's answers, at the latest at `deadline`.
  void desire(const std::vector<std::string>& channels, Completion<Subscribed> completion, TimePoint deadline);
  void drop(const std::vector<std::string>& channels);

  void opened(bool again);
  // Idempotent.
  void lost(const Error& why);
  // Has subscriptions_due() called when the next deadline has come, at once when it has passed.
  void arm_timer();
  // A rotation: everything is subscribed on a second connection too, which will follow the present one.
  void successor_opened();
  void successor_lost();
  enum class Successor : std::uint8_t {
    none,
    asked,    // the server has not answered everything
    ready,    // all that is desired is confirmed there
    refused,  // the server takes other channels there than here
  };
  [[nodiscard]] Successor successor() const noexcept;
  // Requires: successor() is ready. From now on it is the present connection.
  void take_over();
  // No timer after this.
  void stop();

  // True: the message answers the request that it names, or without a name the oldest of its connection, and is nobody
  // else's.
  [[nodiscard]] bool takes(const link::Inbound& inbound, bool from_successor);
  // When the oldest request that waits was sent; never: none does.
  [[nodiscard]] TimePoint oldest(bool from_successor) const noexcept;
  // What a message says of one channel, on the present connection or its successor.
  void hear(const Reading& reading, bool from_successor);
  // True: messages must be looked into also when the user wants text.
  [[nodiscard]] bool expects_answers() const noexcept;
  void on_time();

 private:
  struct Waiter {
    std::set<std::string, std::less<>> open;  // no answer yet
    Subscribed result;
    Completion<Subscribed> completion;
    TimePoint deadline;
  };

  // All that a client without subscriptions does without.
  struct Work {
    explicit Work(const policy::SubscriptionSettings& settings) : policy{settings} {}
    policy::Subscriptions policy;
    std::optional<policy::Subscriptions> successor;  // what holds on the second connection
    std::vector<Waiter> waiters;
    std::optional<net::Timer> timer;
    bool knows_of_silence = false;  // of the server, when asked
  };

  [[nodiscard]] const Dialect& dialect() const;
  [[nodiscard]] policy::Subscriptions& of(bool successor) const noexcept;
  [[nodiscard]] SubscribeAnswer answer_of(const link::Inbound& inbound, const std::vector<std::string>& asked);
  void log_silence(const policy::SubscriptionEvent& event);
  void log_channels(std::string_view what, const std::vector<std::string>& channels) const;
  [[nodiscard]] Work& work();
  void go_on();
  void send_batches(policy::Subscriptions& policy, TimePoint now, bool to_successor);
  [[nodiscard]] std::optional<std::string> text_of(const policy::Subscriptions::Batch& batch);
  void tell_events();
  void tell(const std::vector<policy::SubscriptionEvent>& events);
  void tell_lifecycle(const policy::SubscriptionEvent& event);
  void tell_waiters(const policy::SubscriptionEvent& event);
  void settle_waiters(TimePoint now);
  template <class F>
  [[nodiscard]] std::optional<std::invoke_result_t<F&>> call(F&& user);

  const Options& options_;
  Counters& counters_;
  Voice& voice_;
  Owner& owner_;
  net::TimerQueue* timers_ = nullptr;  // while it runs
  bool open_ = false;
  std::unique_ptr<Work> work_;  // from the first request on
};

}  // namespace zenws::client

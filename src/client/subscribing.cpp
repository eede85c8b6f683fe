#include "client/subscribing.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/contain.hpp"
#include "json/write.hpp"
#include "link/default_dialect.hpp"

namespace zenws::client {

namespace {

using namespace std::chrono_literals;
using Kind = policy::SubscriptionEvent::Kind;

policy::SubscriptionSettings settings_of(const Options& options) {
  return {.batch_size = options.subscribe_batch_size,
          .batch_delay = options.subscribe_batch_delay,
          .answer_timeout = options.request_timeout,
          .retry_delay = options.retry_delay,
          .max_backoff = options.max_backoff,
          .silence_timeout = options.silence_timeout};
}

// Nullopt: not the end of a channel.
std::optional<Error> why_it_ended(const policy::SubscriptionEvent& event) {
  switch (event.kind) {
    case Kind::rejected:
      return Error{errc::subscription_rejected, Phase::open, event.reason};
    case Kind::dropped:
      return Error{errc::cancelled, Phase::open, "unsubscribed meanwhile"};
    default:
      return std::nullopt;
  }
}

// Empty: nothing to say of it.
std::string_view words_for(Kind kind) noexcept {
  switch (kind) {
    case Kind::confirmed:
      return "confirmed";
    case Kind::rejected:
      return "refused";
    case Kind::degraded:
      return "without";
    case Kind::restored:
      return "restored";
    case Kind::dead:
      return "still silent";
    default:
      return {};
  }
}

// The request costs more than its limiter's bucket holds, or is longer than the send queue.
bool can_never_be_sent(const Error& error) { return error == errc::invalid_config || error == errc::message_too_big; }

// `open`: the channels of which nobody has spoken in time.
template <class Open>
Result<Subscribed> outcome(Subscribed result, const Open& open) {
  for (const std::string& channel : open) {
    result.rejected.push_back({channel, Error{errc::timeout, Phase::open, "not answered in time: " + channel}});
  }
  if (!result.confirmed.empty() || result.rejected.empty()) return result;
  return std::unexpected{std::move(result.rejected.front().error)};
}

}  // namespace

Subscribing::Subscribing(const Options& options, Counters& counters, Voice& voice, Owner& owner)
    : options_{options}, counters_{counters}, voice_{voice}, owner_{owner} {}

const Dialect& Subscribing::dialect() const { return link::dialect_or_deribit(options_.dialect.get()); }

policy::Subscriptions& Subscribing::of(bool successor) const noexcept {
  return successor && work_->successor ? *work_->successor : work_->policy;
}

Subscribing::Work& Subscribing::work() {
  if (work_) return *work_;
  work_ = std::make_unique<Work>(settings_of(options_));
  if (timers_ != nullptr) work_->timer.emplace(*timers_, [this] { owner_.subscriptions_due(); });
  if (open_) work_->policy.opened(Clock::now(), false);
  return *work_;
}

void Subscribing::stop() {
  timers_ = nullptr;
  if (work_) work_->timer.reset();
}

void Subscribing::desire(const std::vector<std::string>& channels, Completion<Subscribed> completion,
                         TimePoint deadline) {
  Work& work = this->work();
  if (completion) {
    work.waiters.push_back({.open = {channels.begin(), channels.end()},
                            .result = {},
                            .completion = std::move(completion),
                            .deadline = deadline});
  }
  voice_.events().subscriptions_desired(channels);
  work.policy.desire(channels);
  if (work.successor) work.successor->desire(channels);
  go_on();
}

void Subscribing::drop(const std::vector<std::string>& channels) {
  voice_.events().subscriptions_dropped(channels);
  Work& work = this->work();
  work.policy.drop(channels);
  if (work.successor) work.successor->drop(channels);
  go_on();
}

void Subscribing::opened(bool again) {
  open_ = true;
  if (!work_) return;
  work_->policy.opened(Clock::now(), again);
  go_on();
}

void Subscribing::lost(const Error& why) {
  open_ = false;
  if (!work_) return;
  work_->successor.reset();
  work_->policy.lost();
  if (!options_.restore_subscriptions) work_->policy.forget_all();
  for (Waiter& waiter : std::exchange(work_->waiters, {})) waiter.completion(std::unexpected{why});
  go_on();
}

bool Subscribing::takes(const link::Inbound& inbound, bool from_successor) {
  if (!work_) return false;
  policy::Subscriptions& policy = of(from_successor);
  std::int64_t id = 0;
  if (inbound.reading.id) {
    const auto* const number = std::get_if<std::int64_t>(&*inbound.reading.id);
    if (number == nullptr) return false;
    id = *number;
  } else if (const auto oldest = policy.oldest()) {
    id = oldest->id;
  }
  const std::vector<std::string>* const asked = policy.asked(id);
  if (asked == nullptr) return false;
  const SubscribeAnswer answer = answer_of(inbound, *asked);
  policy.answered(id, answer.confirmed, answer.reason, Clock::now());
  go_on();
  return true;
}

SubscribeAnswer Subscribing::answer_of(const link::Inbound& inbound, const std::vector<std::string>& asked) {
  if (inbound.reading.kind == Reading::Kind::confirmed) return {.confirmed = asked, .reason = {}};
  if (inbound.reading.kind == Reading::Kind::rejected) {
    return {.confirmed = {}, .reason = std::string{inbound.reading.text}};
  }
  if (inbound.json == nullptr) return {.confirmed = {}, .reason = "the answer is more JSON than the parser holds"};
  auto answer = call([&] { return dialect().answer(*inbound.json, asked); });
  return answer ? *std::move(answer) : SubscribeAnswer{.confirmed = {}, .reason = "the dialect threw"};
}

TimePoint Subscribing::oldest(bool from_successor) const noexcept {
  if (!work_) return never;
  const auto oldest = of(from_successor).oldest();
  return oldest ? oldest->sent : never;
}

void Subscribing::hear(const Reading& reading, bool from_successor) {
  if (!work_) return;  // of what nobody wants
  policy::Subscriptions& policy = of(from_successor);
  switch (reading.kind) {
    case Reading::Kind::update:
      if (!policy.needs_data() && options_.silence_timeout <= 0ms) break;
      if (policy.heard(reading.channel, Clock::now())) go_on();
      break;
    case Reading::Kind::confirmed:
      policy.confirm(reading.channel, Clock::now());
      go_on();
      break;
    case Reading::Kind::rejected:
      policy.reject(reading.channel, reading.text, Clock::now());
      go_on();
      break;
    default:
      break;
  }
}

// ---- the second connection of a rotation

void Subscribing::successor_opened() {
  Work& work = this->work();
  policy::Subscriptions& successor = work.successor.emplace(work.policy);
  successor.lost();
  (void)successor.take_events();  // the present connection's, which tells them itself
  successor.opened(Clock::now(), true);
  go_on();
}

void Subscribing::successor_lost() {
  if (!work_) return;
  work_->successor.reset();
  go_on();
}

Subscribing::Successor Subscribing::successor() const noexcept {
  if (!work_ || !work_->successor) return Successor::none;
  const policy::Subscriptions& successor = *work_->successor;
  const policy::Subscriptions& present = work_->policy;
  if (successor.in_flight() != 0 || present.in_flight() != 0) return Successor::asked;
  if (successor.desired_size() != present.desired_size()) return Successor::refused;
  // Of what nobody answers, it has as much as the present connection.
  const bool has_asked = successor.settled_size() + successor.unanswered_size() == successor.desired_size();
  return has_asked && successor.settled_size() >= present.settled_size() ? Successor::ready : Successor::asked;
}

void Subscribing::take_over() {
  work_->policy = *std::move(work_->successor);
  work_->successor.reset();
  std::vector<policy::SubscriptionEvent> events = work_->policy.take_events();
  // Nothing was ever missing: the present connection went on bringing it.
  std::erase_if(events, [](const auto& event) {
    return event.kind == Kind::degraded || event.kind == Kind::restored || event.kind == Kind::dead;
  });
  go_on();
  tell(events);
}

bool Subscribing::expects_answers() const noexcept {
  if (!work_) return false;
  const policy::Subscriptions& policy = work_->policy;
  return work_->successor || policy.is_waiting() || policy.needs_data() ||
         (options_.silence_timeout > 0ms && policy.desired_size() != 0);
}

void Subscribing::on_time() {
  const TimePoint now = Clock::now();
  work_->policy.tick(now);
  if (work_->successor) work_->successor->tick(now);
  go_on();
  settle_waiters(now);
}

// ---- what follows

void Subscribing::go_on() {
  const TimePoint now = Clock::now();
  send_batches(work_->policy, now, false);
  if (work_->successor) send_batches(*work_->successor, now, true);
  counters_.subscriptions.set(work_->policy.desired_size());
  counters_.confirmed.set(work_->policy.confirmed_size());
  arm_timer();
  tell_events();
}

void Subscribing::send_batches(policy::Subscriptions& policy, TimePoint now, bool to_successor) {
  while (policy.has_batch(now)) {
    const policy::Subscriptions::Batch batch = policy.take_batch(now, json::next_request_id());
    const std::optional<std::string> text = text_of(batch);
    if (!text) {
      policy.answered(batch.id, {}, "the dialect threw", now);
    } else if (const Result<> sent = owner_.send_subscription(*text, to_successor); sent) {
      log_channels(batch.subscribe ? "asked for" : "gave up", batch.channels);
    } else if (can_never_be_sent(sent.error())) {
      policy.answered(batch.id, {}, sent.error().detail(), now);
    } else {
      return policy.unsent(batch.id, now);
    }
  }
}

std::optional<std::string> Subscribing::text_of(const policy::Subscriptions::Batch& batch) {
  return call([&] {
    return batch.subscribe ? dialect().subscribe(batch.channels, batch.id)
                           : dialect().unsubscribe(batch.channels, batch.id);
  });
}

void Subscribing::arm_timer() {
  if (!work_->timer) return;
  TimePoint next = work_->policy.deadline();
  if (work_->successor) next = std::min(next, work_->successor->deadline());
  for (const Waiter& waiter : work_->waiters) next = std::min(next, waiter.deadline);
  work_->timer->arm(next);
}

// Callbacks may close the client, or have us lose the connection: nothing of ours is touched after one.
void Subscribing::tell_events() { tell(work_->policy.take_events()); }

void Subscribing::tell(const std::vector<policy::SubscriptionEvent>& events) {
  if (events.empty()) return;
  std::optional<Error> dead;
  for (const policy::SubscriptionEvent& event : events) {
    tell_waiters(event);
    if (event.kind == Kind::rejected) counters_.rejected_subscriptions.add(event.channels.size());
    if (event.kind == Kind::unanswered) log_silence(event);
    if (const std::string_view what = words_for(event.kind); !what.empty()) log_channels(what, event.channels);
    if (event.kind == Kind::confirmed) voice_.events().subscriptions_confirmed(event.channels.size());
    if (event.kind == Kind::dead) {
      dead = Error{errc::idle_timeout, Phase::open, "subscribed again and still silent: " + event.channels.front()};
    }
  }
  settle_waiters(TimePoint::min());
  for (const policy::SubscriptionEvent& event : events) tell_lifecycle(event);
  if (dead) owner_.feed_is_dead(*dead);
}

void Subscribing::tell_lifecycle(const policy::SubscriptionEvent& event) {
  switch (event.kind) {
    case Kind::degraded:
      return voice_.tell(Degraded{event.channels});
    case Kind::restored:
      return voice_.tell(Restored{event.channels});
    case Kind::rejected:
      for (const std::string& channel : event.channels) {
        voice_.tell(SubscriptionRejected{channel, *why_it_ended(event)});
      }
      return;
    default:
      return;
  }
}

// The first of them: there may be thousands.
void Subscribing::log_channels(std::string_view what, const std::vector<std::string>& channels) const {
  if (!voice_.debugs()) return;
  constexpr std::size_t most = 5;
  const std::span shown = std::span{channels}.first(std::min(channels.size(), most));
  voice_.log(LogLevel::debug,
             fmt::format("{} {} channel{}: {}{}", what, channels.size(), channels.size() == 1 ? "" : "s",
                         fmt::join(shown, ", "), channels.size() > most ? ", …" : ""));
}

void Subscribing::log_silence(const policy::SubscriptionEvent& event) {
  if (std::exchange(work_->knows_of_silence, true)) return;
  voice_.log(
      LogLevel::warning,
      "the server does not answer subscribe requests: channels stay desired, and those whose data come are taken "
      "for subscribed; the first is " +
          event.channels.front());
}

void Subscribing::tell_waiters(const policy::SubscriptionEvent& event) {
  const auto ended = why_it_ended(event);
  if (!ended && event.kind != Kind::confirmed) return;
  for (Waiter& waiter : work_->waiters) {
    for (const std::string& channel : event.channels) {
      if (waiter.open.erase(channel) == 0) continue;
      if (ended) {
        waiter.result.rejected.push_back({channel, *ended});
      } else {
        waiter.result.confirmed.push_back(channel);
      }
    }
  }
}

// Ends those who have all their answers, and those whose time is up, in the order in which they asked.
void Subscribing::settle_waiters(TimePoint now) {
  std::vector<Waiter> ended;
  std::vector<Waiter> waiting;
  for (Waiter& waiter : work_->waiters) {
    const bool waits = !waiter.open.empty() && waiter.deadline > now;
    (waits ? waiting : ended).push_back(std::move(waiter));
  }
  work_->waiters = std::move(waiting);
  if (ended.empty()) return;
  arm_timer();
  for (Waiter& waiter : ended) waiter.completion(outcome(std::move(waiter.result), waiter.open));
}

// nullopt: it has thrown, which was told.
template <class F>
std::optional<std::invoke_result_t<F&>> Subscribing::call(F&& user) {
  auto result = contained(user);
  if (result) return *std::move(result);
  voice_.failed("callback", "Callback error", result.error().what);
  return std::nullopt;
}

}  // namespace zenws::client

#include "client/life.hpp"

#include <algorithm>
#include <utility>

#include "policy/backoff.hpp"

namespace zenws::client {

namespace {

using namespace std::chrono_literals;

// How much later than the old connection the new one may bring an update, and still not have it delivered twice.
constexpr auto longest_lag = 10s;

Error closed() { return Error{errc::closed, Phase::close, "the client was closed"}; }

Error greeting_is_late() { return Error{errc::timeout, Phase::open, "authenticate took longer than request_timeout"}; }

// RFC 6455 §7.1.5: 1006 when no close frame came.
Disconnected disconnected(const Error& error) {
  const CloseReason* const close = error.close();
  return {error, close != nullptr ? close->code : std::uint16_t{1006}};
}

template <class T>
bool tells(const Life::Action& action) noexcept {
  const auto* const tell = std::get_if<Life::Tell>(&action);
  return tell != nullptr && std::holds_alternative<T>(tell->event);
}

// Of a state that does not wait: never.
template <class... States>
TimePoint until_of(const std::variant<States...>& state) noexcept {
  return std::visit(
      [](const auto& now) {
        if constexpr (requires { now.until; }) {
          return now.until;
        } else {
          return never;
        }
      },
      state);
}

template <class T>
constexpr auto any = [](const Life::Action& action) { return std::holds_alternative<T>(action); };

}  // namespace

std::optional<Life::Action> Life::next() {
  if (plan_.empty()) {
    if (plan_.capacity() != 0) plan_ = std::vector<Action>{};  // an idle client keeps nothing
    return std::nullopt;
  }
  Action action = std::move(plan_.front());
  plan_.erase(plan_.begin());
  return action;
}

template <class Predicate>
bool Life::cancel(Predicate&& is_meant) {
  return std::erase_if(plan_, is_meant) != 0;
}

// ---- idle → dialling → greeting → open

void Life::start(TimePoint now) {
  if (!is<Idle>()) return;
  if (settings_.connect_deadline > 0ms) connect_by_ = now + settings_.connect_deadline;
  state_ = Dialling{};
  plan(Dial{Which::present, 0, {}});
}

void Life::dialled(const Connected& link, TimePoint now, double random) {
  if (!is<Dialling>()) return;
  retry_.opened(now);
  epoch_ = link.epoch;
  if (!settings_.greets) return open(link, now, random);
  state_ = Greeting{link, now + settings_.request_timeout};
  plan(Greet{link.epoch});
}

void Life::dial_failed(const Failure& failure, TimePoint now, double random) {
  if (is<Dialling>()) what_next(failure, now, random);
}

void Life::greeted(std::uint64_t epoch, const Result<>& result, TimePoint now, double random) {
  auto* const present = std::get_if<Greeting>(&state_);
  const auto* const other = stage<SuccessorGreeting>();
  if (present != nullptr && present->link.epoch == epoch && present->until != never) {
    if (!result) return greeting_failed(Which::present, result.error());
    const Connected link = std::move(present->link);
    open(link, now, random);
  } else if (other != nullptr && rotation_->epoch == epoch && other->until != never) {
    if (!result) return greeting_failed(Which::other, result.error());
    rotation_->stage = Preparing{};
    plan(Prepare{});
  }
}

// Its connection is closed, and what becomes of the client decided when that has ended.
void Life::greeting_failed(Which which, const Error& error) {
  (which == Which::present ? std::get<Greeting>(state_).until : stage<SuccessorGreeting>()->until) = never;
  const bool was_dropped = error == errc::closed;
  plan(Close{
      which, 1000, {}, was_dropped ? Error{errc::disconnected, Phase::open, "authenticate gave no answer"} : error});
}

void Life::open(const Connected& link, TimePoint now, double random) {
  connect_by_ = never;
  state_ = Open{never};
  rotate_later(now, random);
  plan(Tell{link});
  plan(Join{});
  plan(CompleteStart{});
  plan(Subscribe{link.epoch > 1});
}

// ---- open → leaving → waiting → dialling

// What was still to be told of the present connection never is. What was.
Life::Told Life::take_back_what_was_not_told() {
  if (const auto* const leaving = std::get_if<Leaving>(&state_)) return leaving->told;
  if (!is<Open>()) return {};
  Told told;
  told.connected = !cancel(tells<Connected>);
  told.joined = !cancel(any<Join>);
  cancel(any<Subscribe>);
  return told;
}

Error Life::why_calls_end(const Error& error) const {
  if (const Error* const why = end()) return *why;
  return Error{errc::disconnected, Phase::open, "the connection ended"}.with_cause(error);
}

void Life::leave(Told& told, const Error& error) {
  if (std::exchange(told.joined, false)) plan(Leave{});
  plan(EndCalls{why_calls_end(error)});
}

void Life::leaving(const Failure& failure) {
  if (auto* const closing = std::get_if<Closing>(&state_)) return leave(closing->told, failure.error);
  if (!is<Greeting>() && !is<Open>()) return;
  cancel(any<Greet>);
  Told told = take_back_what_was_not_told();
  leave(told, failure.error);
  if (!is_retiring()) drop_rotation();  // one that retires goes on until this one has ended
  state_ = Leaving{failure.severity, told};
}

void Life::lost(const Failure& failure, TimePoint now, double random) {
  const bool had_left = is<Leaving>();
  leaving(failure);  // without a closing handshake
  if (auto* const closing = std::get_if<Closing>(&state_)) {
    if (closing->told.connected) plan(Tell{disconnected(failure.error)});
    closing->has_present = false;
    if (closing->why == errc::closed && is_retiring()) return;  // other_lost() goes on
    drop_rotation();
    return finish(Error{closing->why});
  }
  const auto* const left = std::get_if<Leaving>(&state_);
  if (left == nullptr) return;
  drop_rotation();
  if (had_left) plan(EndCalls{why_calls_end(failure.error)});  // begun since
  if (left->told.connected) plan(Tell{disconnected(failure.error)});
  what_next({failure.error, left->severity, failure.at_least}, now, random);
}

void Life::what_next(const Failure& failure, TimePoint now, double random) {
  policy::RetryDecision decision = retry_.failed(failure.error, failure.severity, failure.at_least, now, random);
  if (const auto* const give_up = std::get_if<policy::GiveUp>(&decision)) {
    plan(GiveUp{give_up->error});
    return finish(give_up->error);
  }
  const auto& again = std::get<policy::RetryAfter>(decision);
  attempt_ = again.attempt;
  last_error_ = failure.error;
  state_ = Waiting{now + again.delay};
  plan(Tell{Reconnecting{again.attempt, again.delay, failure.error}});
}

// ---- closing → ended

void Life::close_asked(std::uint16_t code, const std::string& reason) {
  if (has_ended()) return;
  const Error why = closed();
  if (!has_present() && !is<Closing>()) return abandon(why);
  begin_closing(why);
  if (is_retiring()) plan(Close{Which::other, code, reason, why});  // what was sent there is still sent
  plan(Close{Which::present, code, reason, why});
}

void Life::handler_failed(const Error& error) {
  if (end() != nullptr) return;
  if (!has_present()) return abandon(error);
  begin_closing(error);
  plan(Close{Which::present, 1011, {}, error});
}

void Life::runtime_ends() {
  if (has_ended()) return;
  const bool was_closed = end() != nullptr && *end() == errc::closed;
  const Error why = was_closed ? *end() : Error{errc::closed, Phase::close, "the runtime has ended"};
  drop_rotation();
  if (!has_present()) return abandon(why);
  begin_closing(why);
  plan(Quit{why});
}

void Life::connect_is_late() {
  const Error why{errc::timeout, Phase::connect, "connect_deadline has passed"};
  if (!has_present()) return abandon(why);
  begin_closing(why);
  plan(Abort{why});
}

// Without a connection that would have to be closed.
void Life::abandon(const Error& why) {
  cancel(any<Dial>);
  cancel(any<GiveUp>);
  cancel(any<AskSupervisor>);
  cancel(tells<Reconnecting>);
  cancel(tells<Restarting>);
  drop_rotation();
  finish(why);
}

void Life::begin_closing(const Error& why) {
  connect_by_ = never;
  cancel(any<Greet>);
  if (!is_retiring()) drop_rotation();
  if (auto* const closing = std::get_if<Closing>(&state_)) {
    closing->why = why;  // of a client that was closed meanwhile no supervisor starts again what its handler ended
  } else {
    state_ = Closing{why, take_back_what_was_not_told()};
  }
}

void Life::finish(const Error& error) {
  connect_by_ = never;
  if (!settings_.is_supervised || error == errc::closed) return stop(error);
  state_ = Asking{error};
  plan(AskSupervisor{error});
}

// It begins like new, with what a reconnect keeps.
void Life::supervised(const Result<std::chrono::milliseconds>& delay, TimePoint now) {
  if (!is<Asking>()) return;
  if (!delay) return stop(delay.error());
  retry_ = policy::Retry{settings_.retry};
  attempt_ = 0;
  last_error_ = std::get<Asking>(state_).error;
  state_ = Waiting{now + *delay};
  plan(Tell{Restarting{++restarts_, *delay, *last_error_}});
}

void Life::stop(const Error& error) {
  rotation_.reset();
  state_ = Ended{error};
  plan(Stop{error});
}

// ---- open ⇄ rotating

// Drawn at random, so that clients that were opened together are not rotated together.
void Life::rotate_later(TimePoint now, double random) {
  auto* const open = std::get_if<Open>(&state_);
  if (open == nullptr) return;
  open->until =
      settings_.max_age > 0ms ? now + policy::with_jitter(settings_.max_age, settings_.retry.jitter, random) : never;
}

void Life::rotate_asked() {
  if (!is<Open>()) return;
  if (!rotation_) rotation_ = std::make_unique<Rotation>();
  const bool is_new = stage<std::monostate>() != nullptr || stage<Lagging>() != nullptr;
  if (!is_new && stage<Paused>() == nullptr) return;  // it is under way
  if (is_new) {
    rotation_->failures = 0;
    rotation_->error.reset();
  }
  dial_successor();
}

void Life::dial_successor() {
  rotation_->stage = SuccessorDialling{};
  plan(Dial{Which::other, rotation_->failures, rotation_->error});
}

void Life::rotation_has_no_room(TimePoint now) {
  if (stage<SuccessorDialling>() != nullptr) rotation_->stage = Paused{now + settings_.retry.retry_delay};
}

void Life::successor_dialled(std::uint64_t epoch, TimePoint now) {
  if (stage<SuccessorDialling>() == nullptr) return;
  rotation_->epoch = epoch;
  if (settings_.greets) {
    rotation_->stage = SuccessorGreeting{now + settings_.request_timeout};
    return plan(Greet{epoch});
  }
  rotation_->stage = Preparing{};
  plan(Prepare{});
}

void Life::successor_dial_failed(const Error& error, TimePoint now, double random) {
  if (stage<SuccessorDialling>() != nullptr) rotation_failed(error, now, random);
}

void Life::rotation_failed(const Error& error, TimePoint now, double random) {
  const policy::RetrySettings& retry = settings_.retry;
  const auto backoff =
      policy::backoff_delay(retry.retry_delay, retry.max_backoff, static_cast<std::uint64_t>(rotation_->failures));
  const auto delay = policy::with_jitter(backoff, retry.jitter, random);
  ++rotation_->failures;
  rotation_->error = error;
  rotation_->stage = Paused{now + delay};
  plan(TellRotationFailed{rotation_->failures, delay, error});
}

void Life::successor_ready() {
  if (stage<Preparing>() != nullptr && std::ranges::none_of(plan_, any<TakeOver>)) plan(TakeOver{});
}

void Life::successor_leaving() {
  if (stage<SuccessorGreeting>() == nullptr && stage<Preparing>() == nullptr) return;
  cancel_preparations();
  rotation_->stage = SuccessorLeaving{};
}

void Life::taken_over(TimePoint now, double random) {
  retry_.opened(now);
  attempt_ = 0;
  epoch_ = rotation_->epoch;
  rotation_->stage = Retiring{now + settings_.request_timeout};
  rotate_later(now, random);
}

void Life::successor_refused() {
  if (stage<Preparing>() == nullptr) return;
  plan(Close{Which::other,
             1000,
             {},
             Error{errc::subscription_rejected, Phase::open, "the new connection was refused a channel"}});
}

// An answer comes on the connection on which was asked.
void Life::other_is_idle() {
  auto* const retiring = stage<Retiring>();
  if (retiring == nullptr || retiring->until == never) return;
  retiring->until = never;
  plan(Retire{});
}

void Life::other_lost(const Error& error, TimePoint now, double random) {
  if (is_retiring()) {
    plan(RetiredGone{why_calls_end(error)});
    const auto* const closing = std::get_if<Closing>(&state_);
    if (closing != nullptr && !closing->has_present) return finish(Error{closing->why});
    rotation_->stage = Lagging{now + longest_lag};
    return rotated();
  }
  if (!has_successor() && stage<SuccessorLeaving>() == nullptr) return;
  cancel_preparations();
  plan(SuccessorGone{rotation_->epoch, why_calls_end(error)});
  rotation_failed(error, now, random);
}

void Life::rotated() {
  plan(FinishRotation{});
  if (end() == nullptr) plan(TellRotated{});
}

void Life::cancel_preparations() {
  cancel([](const Action& action) {
    const auto* const dial = std::get_if<Dial>(&action);
    return any<Greet>(action) || any<Prepare>(action) || any<TakeOver>(action) ||
           (dial != nullptr && dial->which == Which::other);
  });
}

// The present connection is lost, or closed: no other takes over from it.
void Life::drop_rotation() {
  if (!rotation_ || stage<std::monostate>() != nullptr) return;
  cancel_preparations();
  plan(DropRotation{});
  if (is_retiring()) rotated();  // it has taken over
  plan(ForgetHandover{});
  rotation_->stage = std::monostate{};
}

// ---- time

void Life::due(TimePoint now) {
  if (now >= connect_by_) return connect_is_late();
  if (now >= until_of(state_)) {
    if (is<Waiting>()) {
      state_ = Dialling{};
      plan(Dial{Which::present, attempt_, last_error_});
    } else if (is<Greeting>()) {
      greeting_failed(Which::present, greeting_is_late());
    } else if (auto* const open = std::get_if<Open>(&state_)) {
      open->until = is_retiring() ? now + settings_.request_timeout : never;  // the last rotation is not over
      rotate_asked();
    }
  }
  if (rotation_ && now >= until_of(rotation_->stage)) rotation_due();
}

void Life::rotation_due() {
  if (stage<Paused>() != nullptr) {
    dial_successor();
  } else if (stage<SuccessorGreeting>() != nullptr) {
    greeting_failed(Which::other, greeting_is_late());
  } else if (is_retiring()) {
    other_is_idle();  // a request takes its time
  } else if (stage<Lagging>() != nullptr) {
    rotation_->stage = std::monostate{};
    plan(ForgetHandover{});
  }
}

TimePoint Life::deadline() const noexcept {
  return std::min({connect_by_, until_of(state_), rotation_ ? until_of(rotation_->stage) : never});
}

// ---- how it stands

bool Life::has_present() const noexcept {
  if (const auto* const closing = std::get_if<Closing>(&state_)) return closing->has_present;
  return is<Greeting>() || is<Open>() || is<Leaving>();
}

const Error* Life::end() const noexcept {
  if (const auto* const closing = std::get_if<Closing>(&state_)) return &closing->why;
  if (const auto* const ended = std::get_if<Ended>(&state_)) return &ended->why;
  return nullptr;
}

bool Life::is_dialling(Which which) const noexcept {
  return which == Which::present ? is<Dialling>() : stage<SuccessorDialling>() != nullptr;
}

bool Life::has_successor() const noexcept {
  return stage<SuccessorGreeting>() != nullptr || stage<Preparing>() != nullptr;
}

bool Life::is_retiring() const noexcept { return stage<Retiring>() != nullptr; }

State Life::state() const noexcept {
  if (is<Open>()) return State::connected;
  if (is<Ended>()) return State::disconnected;
  const bool may_restart = settings_.is_supervised;
  if (const auto* const closing = std::get_if<Closing>(&state_)) {
    return may_restart && closing->why != errc::closed ? State::reconnecting : State::disconnected;
  }
  if (const auto* const leaving = std::get_if<Leaving>(&state_)) {
    const bool reconnects = settings_.retry.reconnect_on_error && leaving->severity == Severity::recoverable;
    return reconnects || may_restart ? State::reconnecting : State::disconnected;
  }
  const bool is_first = epoch_ == 0 || (is<Greeting>() && epoch_ == 1);
  return is_first ? State::connecting : State::reconnecting;
}

}  // namespace zenws::client

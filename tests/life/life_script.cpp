#include "life/life_script.hpp"

#include <array>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace zenws::test {

namespace {

using client::Life;
using namespace std::chrono_literals;

constexpr double draw = 0.5;  // scripts have no jitter

Error told(std::string_view why) { return Error{errc::disconnected, Phase::open, std::string{why}}; }

struct Trouble {
  const char* name;
  void (*happen)(LifeWorld& world);
};

constexpr std::array troubles{
    Trouble{"close", [](LifeWorld& world) { world.close(); }},
    Trouble{"runtime's end", [](LifeWorld& world) { world.runtime_ends(); }},
    Trouble{"handler's failure", [](LifeWorld& world) { world.handler_fails(); }},
    Trouble{"loss", [](LifeWorld& world) { world.loses("trouble", Severity::recoverable); }},
    Trouble{"fatal loss", [](LifeWorld& world) { world.loses("trouble", Severity::fatal); }},
    Trouble{"peer's close", [](LifeWorld& world) { world.peer_closes("trouble", Severity::recoverable); }},
    Trouble{"loss of the other", [](LifeWorld& world) { world.other_loses("trouble"); }},
    Trouble{"peer's close of the other", [](LifeWorld& world) { world.peer_closes_other("trouble"); }},
    Trouble{"rotation", [](LifeWorld& world) { world.rotate(); }},
    Trouble{"failed dial", [](LifeWorld& world) { world.dial_fails("trouble", Severity::recoverable, 0ms); }},
};

constexpr std::array<std::pair<const char*, void (LifeWorld::*)()>, 4> callbacks{{
    {"a close", &LifeWorld::close},
    {"a handler's failure", &LifeWorld::handler_fails},
    {"a rotation", &LifeWorld::rotate},
    {"the runtime's end", &LifeWorld::runtime_ends},
}};

}  // namespace

// ---- the world

void LifeWorld::obey() {
  if (std::exchange(obeys_, true)) return;
  while (const auto action = life_.next()) {
    check(!stopped_, "something is done after the end");
    std::visit([this](const auto& what) { carry_out(what); }, *action);
    if (done_++ == interrupt_at_) (this->*trouble_)();
  }
  obeys_ = false;
  check_rest();
}

void LifeWorld::check(bool holds, std::string_view complaint) {
  if (!holds) complaints_.emplace_back(complaint);
}

// When nothing is left to do.
void LifeWorld::check_rest() {
  const bool waits_for_others = dials_ || present_ != Link::none || other_ != Link::none;
  check(!has_begun_ || stopped_ || waits_for_others || life_.deadline() != never, "it waits for nothing, for ever");
  check(!runtime_is_over_ || stopped_, "it outlives its runtime");
  check(!stopped_ || life_.deadline() == never, "it waits after its end");
  check(is_connected_ == (present_ == Link::open && life_.state() == State::connected) || present_ == Link::closing,
        "who was told of a connection was not told of its end, or not of it");
  check(!dials_ || present_ == Link::none, "it dials beside a connection");
}

void LifeWorld::start() {
  has_begun_ = true;
  life_.start(now_);
  obey();
}

void LifeWorld::at(std::chrono::milliseconds now) {
  int rounds = 0;
  while (life_.deadline() <= TimePoint{now}) {
    now_ = std::max(now_, life_.deadline());
    life_.due(now_);
    obey();
    if (++rounds > 1000) return check(false, "it is due again and again");
  }
  now_ = TimePoint{now};
}

void LifeWorld::dialled() {
  if (!std::exchange(dials_, false)) return;
  present_ = Link::open;
  has_calls_ = true;
  life_.dialled(Connected{++last_epoch_, {}, {}}, now_, draw);
  obey();
}

void LifeWorld::dial_fails(std::string_view why, Severity severity, std::chrono::milliseconds at_least) {
  if (!std::exchange(dials_, false)) return;
  life_.dial_failed({told(why), severity, at_least}, now_, draw);
  obey();
}

void LifeWorld::greeted(std::optional<errc> error) {
  if (greets_ == 0) return;
  const Result<> result = error ? Result<>{std::unexpected{Error{*error, Phase::open, "refused"}}} : Result<>{};
  life_.greeted(std::exchange(greets_, 0), result, now_, draw);
  obey();
}

void LifeWorld::loses(std::string_view why, Severity severity) {
  if (present_ == Link::none) return;
  present_ended(present_ == Link::closing ? present_error_ : told(why), severity);
}

void LifeWorld::peer_closes(std::string_view why, Severity severity) {
  if (present_ != Link::open) return;
  present_ = Link::closing;
  present_error_ = told(why);
  life_.leaving({present_error_, severity});
  obey();
}

void LifeWorld::ended() {
  if (other_ == Link::closing) other_ended(other_error_);
  if (present_ == Link::closing) present_ended(present_error_, Severity::recoverable);
}

void LifeWorld::rotate() {
  life_.rotate_asked();
  obey();
}

void LifeWorld::successor_dialled() {
  if (!std::exchange(dials_successor_, false)) return;
  other_ = Link::open;
  life_.successor_dialled(++last_epoch_, now_);
  obey();
}

void LifeWorld::successor_dial_fails(std::string_view why) {
  if (!std::exchange(dials_successor_, false)) return;
  life_.successor_dial_failed(told(why), now_, draw);
  obey();
}

void LifeWorld::ready() {
  if (!life_.has_successor()) return;
  life_.successor_ready();
  obey();
}

void LifeWorld::refused() {
  if (!life_.has_successor()) return;
  life_.successor_refused();
  obey();
}

void LifeWorld::other_is_idle() {
  life_.other_is_idle();
  obey();
}

void LifeWorld::other_loses(std::string_view why) {
  if (other_ != Link::none) other_ended(told(why));
}

void LifeWorld::peer_closes_other(std::string_view why) {
  if (other_ != Link::open) return;
  begin_closing(other_, told(why));
  obey();
}

void LifeWorld::close() {
  life_.close_asked(1000, {});
  obey();
}

void LifeWorld::handler_fails() {
  life_.handler_failed(Error{errc::cancelled, Phase::open, "the handler failed"});
  obey();
}

void LifeWorld::runtime_ends() {
  runtime_is_over_ = true;
  life_.runtime_ends();
  obey();
}

void LifeWorld::finish() {
  interrupt_at_.reset();
  close();
  for (int i = 0; i < 10 && !stopped_; ++i) ended();
  check(stopped_, "closed, it does not end");
  check(present_ == Link::none && other_ == Link::none && !dials_ && !dials_successor_, "something is left open");
}

// ---- connections

void LifeWorld::begin_closing(Link& link, const Error& error) {
  if (link != Link::open) return;
  link = Link::closing;
  (&link == &present_ ? present_error_ : other_error_) = error;
  &link == &present_ ? life_.leaving({error, Severity::fatal}) : life_.successor_leaving();
}

void LifeWorld::present_ended(const Error& error, Severity severity) {
  present_ = Link::none;
  greets_ = other_ == Link::none ? 0 : greets_;
  life_.lost({error, severity}, now_, draw);
  obey();
}

void LifeWorld::other_ended(const Error& error) {
  other_ = Link::none;
  life_.other_lost(error, now_, draw);
  obey();
}

// ---- what is done

void LifeWorld::tell(const Lifecycle& event) {
  if (const auto* const connected = std::get_if<Connected>(&event)) {
    check(!std::exchange(is_connected_, true), "connected twice");
    say(fmt::format("Connected {}", connected->epoch));
  } else if (const auto* const lost = std::get_if<Disconnected>(&event)) {
    check(std::exchange(is_connected_, false), "disconnected, but never connected");
    say(fmt::format("Disconnected: {}", lost->error.detail()));
  } else if (const auto* const again = std::get_if<Reconnecting>(&event)) {
    say(fmt::format("Reconnecting {} in {} ms: {}", again->attempt, again->delay.count(), again->error.detail()));
  } else if (const auto* const restart = std::get_if<Restarting>(&event)) {
    say(fmt::format("Restarting {} in {} ms", restart->restart, restart->delay.count()));
  }
}

void LifeWorld::carry_out(const Life::Dial& action) {
  const bool is_other = action.which == Life::Which::other;
  if (is_other && !has_room_) return life_.rotation_has_no_room(now_);
  say(fmt::format("dial{} {}", is_other ? " successor" : "", action.attempt));
  check(life_.is_dialling(action.which), "it dials, and does not wait for that");
  check(is_other ? present_ != Link::none && other_ == Link::none : present_ == Link::none && !has_calls_,
        "it dials at the wrong time");
  (is_other ? dials_successor_ : dials_) = true;
}

void LifeWorld::carry_out(const Life::Greet& action) {
  say(fmt::format("greet {}", action.epoch));
  check(action.epoch == last_epoch_, "it greets an old connection");
  greets_ = action.epoch;
}

void LifeWorld::carry_out(const Life::Join&) {
  say("join");
  check(!std::exchange(has_joined_, true) && present_ == Link::open, "joined twice, or without a connection");
}

void LifeWorld::carry_out(const Life::Leave&) {
  say("leave");
  check(std::exchange(has_joined_, false), "left, but never joined");
}

void LifeWorld::carry_out(const Life::CompleteStart&) { say("started"); }

void LifeWorld::carry_out(const Life::Subscribe& action) {
  say(action.again ? "subscribe again" : "subscribe");
  check(life_.is_connected(), "it subscribes where nothing is connected");
}

void LifeWorld::carry_out(const Life::EndCalls& action) {
  say(fmt::format("end calls: {}", action.why.detail()));
  has_calls_ = false;
}

void LifeWorld::carry_out(const Life::Close& action) {
  const bool is_other = action.which == Life::Which::other;
  say(fmt::format("close{} {}: {}", is_other ? " other" : "", action.code, action.error.detail()));
  begin_closing(is_other ? other_ : present_, action.error);
}

void LifeWorld::carry_out(const Life::Abort& action) {
  say(fmt::format("abort: {}", action.error.detail()));
  if (present_ != Link::none) present_ended(action.error, Severity::fatal);
}

void LifeWorld::carry_out(const Life::Quit& action) {
  say(fmt::format("quit: {}", action.error.detail()));
  if (present_ != Link::none) present_ended(action.error, Severity::fatal);
}

void LifeWorld::carry_out(const Life::Prepare&) {
  say("prepare");
  check(other_ == Link::open, "it prepares what is not open");
}

void LifeWorld::carry_out(const Life::TakeOver&) {
  say("take over");
  check(present_ != Link::none && other_ == Link::open, "there is nothing to take over from, or by");
  std::swap(present_, other_);
  std::swap(present_error_, other_error_);
  life_.taken_over(now_, draw);
}

void LifeWorld::carry_out(const Life::Retire&) {
  say("retire");
  begin_closing(other_, told("rotated"));
}

void LifeWorld::carry_out(const Life::SuccessorGone& action) {
  say(fmt::format("successor {} gone", action.epoch));
  check(other_ == Link::none, "it is still there");
}

void LifeWorld::carry_out(const Life::RetiredGone&) {
  say("retired gone");
  check(other_ == Link::none, "it is still there");
}

void LifeWorld::carry_out(const Life::FinishRotation&) {
  say("finish rotation");
  check(other_ == Link::none, "it finishes before the old connection");
}

void LifeWorld::carry_out(const Life::TellRotationFailed& action) {
  say(fmt::format("rotation failed {} times, again in {} ms: {}", action.failures, action.delay.count(),
                  action.error.detail()));
}

void LifeWorld::carry_out(const Life::DropRotation&) {
  say("drop rotation");
  dials_successor_ = false;
  other_ = Link::none;
}

void LifeWorld::carry_out(const Life::GiveUp& action) { say(fmt::format("give up: {}", action.error.detail())); }

void LifeWorld::carry_out(const Life::AskSupervisor& action) {
  say(fmt::format("ask supervisor: {}", action.error.detail()));
  dials_ = false;
  life_.supervised(supervisor_ ? Result<std::chrono::milliseconds>{*supervisor_}
                               : std::unexpected{Error{errc::cancelled, Phase::none, "too many restarts"}},
                   now_);
}

void LifeWorld::carry_out(const Life::Stop& action) {
  say(fmt::format("stop: {}", action.error.detail()));
  check(!is_connected_ && !has_joined_, "it stops without a word of its connection's end");
  check(present_ == Link::none && other_ == Link::none, "it stops with a connection open");
  check(!has_calls_, "calls wait for ever");
  check(life_.state() == State::disconnected, "it has stopped, and says otherwise");
  dials_ = dials_successor_ = false;
  stopped_ = true;
}

// ---- the script

LifeScript::~LifeScript() {
  const std::size_t things = run_as_written();
  run_with_trouble_between();
  run_with_trouble_inside(things);
}

std::size_t LifeScript::run_as_written() const {
  LifeWorld world{settings_};
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    step.happen(world);
    EXPECT_EQ(world.take_lines(), step.lines) << "step " << i << ", " << step.name;
    EXPECT_EQ(to_string(world.state()), to_string(step.state.value_or(world.state())))
        << "step " << i << ", " << step.name;
  }
  const std::size_t things = world.done();
  expect_well(world, "as it is written");
  return things;
}

void LifeScript::run_with_trouble_between() const {
  for (const Trouble& trouble : troubles) {
    for (std::size_t at = 0; at < steps_.size(); ++at) {
      LifeWorld world{settings_};
      for (std::size_t i = 0; i < steps_.size(); ++i) {
        steps_[i].happen(world);
        if (i == at) trouble.happen(world);
      }
      expect_well(world, fmt::format("with a {} after step {}, {}", trouble.name, at, steps_[at].name));
    }
  }
}

void LifeScript::run_with_trouble_inside(std::size_t things) const {
  for (const auto& [name, trouble] : callbacks) {
    for (std::size_t thing = 0; thing < things; ++thing) {
      LifeWorld world{settings_};
      world.interrupt(thing, trouble);
      for (const Step& step : steps_) step.happen(world);
      expect_well(world, fmt::format("with {} inside of what is done as number {}", name, thing));
    }
  }
}

void LifeScript::expect_well(LifeWorld& world, const std::string& what) {
  world.finish();
  EXPECT_EQ(world.complaints(), std::vector<std::string>{})
      << what << "\n  " << fmt::format("{}", fmt::join(world.take_lines(), "\n  "));
}

}  // namespace zenws::test

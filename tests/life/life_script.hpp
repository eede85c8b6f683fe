// A client's life as a script: what happens, and what is done about it. Each script is run again with every kind of
// trouble at every step and inside everything that is done; what must hold in any life is asked after each.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/life.hpp"

namespace zenws::test {

// The hands of a Life, and the world around them: dials and connections that begin and end when the script says so.
class LifeWorld {
 public:
  explicit LifeWorld(const client::Life::Settings& settings) : life_{settings} {}

  // What cannot happen now does not.
  void start();
  void at(std::chrono::milliseconds now);
  void dialled();
  void dial_fails(std::string_view why, Severity severity, std::chrono::milliseconds at_least);
  void greeted(std::optional<errc> error);
  void loses(std::string_view why, Severity severity);
  void peer_closes(std::string_view why, Severity severity);
  void ended();
  void rotate();
  void has_no_room() { has_room_ = false; }
  void has_room() { has_room_ = true; }
  void successor_dialled();
  void successor_dial_fails(std::string_view why);
  void ready();
  void refused();
  void other_is_idle();
  void other_loses(std::string_view why);
  void peer_closes_other(std::string_view why);
  void close();
  void handler_fails();
  void runtime_ends();
  void supervisor_says(std::optional<std::chrono::milliseconds> delay) { supervisor_ = delay; }

  // Called inside the n-th thing that is done from the beginning, as a user's callback would.
  void interrupt(std::size_t n, void (LifeWorld::*trouble)()) {
    interrupt_at_ = n;
    trouble_ = trouble;
  }
  // Everything that must end sometime ends.
  void finish();
  [[nodiscard]] std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }
  // What must not be; empty: all is well.
  [[nodiscard]] const std::vector<std::string>& complaints() const noexcept { return complaints_; }
  [[nodiscard]] std::size_t done() const noexcept { return done_; }
  [[nodiscard]] State state() const noexcept { return life_.state(); }

 private:
  enum class Link : std::uint8_t { none, open, closing };

  void obey();
  void check(bool holds, std::string_view complaint);
  void check_rest();
  void begin_closing(Link& link, const Error& error);
  void present_ended(const Error& error, Severity severity);
  void other_ended(const Error& error);
  void say(std::string line) { lines_.push_back(std::move(line)); }
  void tell(const Lifecycle& event);
  void carry_out(const client::Life::Dial& action);
  void carry_out(const client::Life::Greet& action);
  void carry_out(const client::Life::Tell& action) { tell(action.event); }
  void carry_out(const client::Life::Join&);
  void carry_out(const client::Life::Leave&);
  void carry_out(const client::Life::CompleteStart&);
  void carry_out(const client::Life::Subscribe& action);
  void carry_out(const client::Life::EndCalls& action);
  void carry_out(const client::Life::Close& action);
  void carry_out(const client::Life::Abort& action);
  void carry_out(const client::Life::Quit& action);
  void carry_out(const client::Life::Prepare&);
  void carry_out(const client::Life::TakeOver&);
  void carry_out(const client::Life::Retire&);
  void carry_out(const client::Life::SuccessorGone& action);
  void carry_out(const client::Life::RetiredGone&);
  void carry_out(const client::Life::FinishRotation&);
  void carry_out(const client::Life::TellRotated&) { say("Rotated"); }
  void carry_out(const client::Life::TellRotationFailed& action);
  void carry_out(const client::Life::DropRotation&);
  void carry_out(const client::Life::ForgetHandover&) { say("forget handover"); }
  void carry_out(const client::Life::GiveUp& action);
  void carry_out(const client::Life::AskSupervisor& action);
  void carry_out(const client::Life::Stop& action);

  client::Life life_;
  TimePoint now_{};
  bool obeys_ = false;
  std::size_t done_ = 0;
  std::optional<std::size_t> interrupt_at_;
  void (LifeWorld::*trouble_)() = nullptr;

  bool has_begun_ = false;
  bool dials_ = false;
  bool dials_successor_ = false;
  Link present_ = Link::none;
  Link other_ = Link::none;
  Error present_error_{errc::disconnected};
  Error other_error_{errc::disconnected};
  std::uint64_t last_epoch_ = 0;
  std::uint64_t greets_ = 0;  // the epoch
  bool has_room_ = true;
  std::optional<std::chrono::milliseconds> supervisor_;

  bool is_connected_ = false;  // as told
  bool has_joined_ = false;
  bool has_calls_ = false;  // that wait for an answer
  bool stopped_ = false;
  bool runtime_is_over_ = false;
  std::vector<std::string> lines_;
  std::vector<std::string> complaints_;
};

class LifeScript {
 public:
  explicit LifeScript(client::Life::Settings settings) : settings_{settings} {}
  LifeScript(const LifeScript&) = delete;
  LifeScript& operator=(const LifeScript&) = delete;
  ~LifeScript();  // runs it

  LifeScript& at(std::chrono::milliseconds now) {
    return step("at " + std::to_string(now.count()), [now](LifeWorld& world) { world.at(now); });
  }
  LifeScript& starts() { return step("starts", &LifeWorld::start); }
  LifeScript& dialled() { return step("dialled", &LifeWorld::dialled); }
  LifeScript& dial_fails(std::string_view why, Severity severity = Severity::recoverable,
                         std::chrono::milliseconds at_least = {}) {
    return step("dial_fails", [=](LifeWorld& world) { world.dial_fails(why, severity, at_least); });
  }
  LifeScript& greeted(std::optional<errc> error = {}) {
    return step("greeted", [=](LifeWorld& world) { world.greeted(error); });
  }
  LifeScript& loses(std::string_view why, Severity severity = Severity::recoverable) {
    return step("loses", [=](LifeWorld& world) { world.loses(why, severity); });
  }
  LifeScript& peer_closes(std::string_view why, Severity severity = Severity::recoverable) {
    return step("peer_closes", [=](LifeWorld& world) { world.peer_closes(why, severity); });
  }
  // The connections that are closing have ended.
  LifeScript& ended() { return step("ended", &LifeWorld::ended); }
  LifeScript& rotates() { return step("rotates", &LifeWorld::rotate); }
  LifeScript& has_no_room() { return step("has_no_room", &LifeWorld::has_no_room); }
  LifeScript& has_room() { return step("has_room", &LifeWorld::has_room); }
  LifeScript& successor_dialled() { return step("successor_dialled", &LifeWorld::successor_dialled); }
  LifeScript& successor_dial_fails(std::string_view why) {
    return step("successor_dial_fails", [=](LifeWorld& world) { world.successor_dial_fails(why); });
  }
  LifeScript& ready() { return step("ready", &LifeWorld::ready); }
  LifeScript& refused() { return step("refused", &LifeWorld::refused); }
  LifeScript& other_is_idle() { return step("other_is_idle", &LifeWorld::other_is_idle); }
  LifeScript& other_loses(std::string_view why) {
    return step("other_loses", [=](LifeWorld& world) { world.other_loses(why); });
  }
  LifeScript& peer_closes_other(std::string_view why) {
    return step("peer_closes_other", [=](LifeWorld& world) { world.peer_closes_other(why); });
  }
  LifeScript& closes() { return step("closes", &LifeWorld::close); }
  LifeScript& handler_fails() { return step("handler_fails", &LifeWorld::handler_fails); }
  LifeScript& runtime_ends() { return step("runtime_ends", &LifeWorld::runtime_ends); }
  LifeScript& supervisor_says(std::optional<std::chrono::milliseconds> delay) {
    return step("supervisor_says", [=](LifeWorld& world) { world.supervisor_says(delay); });
  }
  // The next thing that is done also closes the client, as the callback of a user may.
  LifeScript& next_callback_closes() {
    return step("next_callback_closes", [](LifeWorld& world) { world.interrupt(world.done(), &LifeWorld::close); });
  }

  // How most lives begin, and how most rotations do: each step with all that it brings about.
  LifeScript& connects() {
    return starts().does({"dial 0"}).dialled().does({"Connected 1", "join", "started", "subscribe"});
  }
  LifeScript& connects_to_greet() { return starts().does({"dial 0"}).dialled().does({"greet 1"}); }
  LifeScript& prepares_a_successor() {
    return rotates().does({"dial successor 0"}).successor_dialled().does({"prepare"});
  }
  LifeScript& is_taken_over() { return prepares_a_successor().ready().does({"take over"}); }

  // All that the last step has brought about, in order.
  LifeScript& does(std::initializer_list<std::string_view> lines) {
    steps_.back().lines.assign(lines.begin(), lines.end());
    return *this;
  }
  LifeScript& is(State state) {
    steps_.back().state = state;
    return *this;
  }

 private:
  struct Step {
    std::string name;
    std::function<void(LifeWorld&)> happen;
    std::vector<std::string> lines = {};
    std::optional<State> state = {};
  };
  LifeScript& step(std::string name, std::function<void(LifeWorld&)> happen) {
    steps_.push_back({std::move(name), std::move(happen)});
    return *this;
  }
  std::size_t run_as_written() const;
  void run_with_trouble_between() const;
  void run_with_trouble_inside(std::size_t things) const;
  static void expect_well(LifeWorld& world, const std::string& what);

  client::Life::Settings settings_;
  std::vector<Step> steps_;
};

}  // namespace zenws::test

// The whole life of one client, decided without I/O: what happened goes in, what is to be done comes out.
//
//   idle → dialling → greeting → open → leaving → waiting → dialling → …
//
// Leaving ends it when nothing is to be tried again, unless its supervisor, who is asked, starts it anew. A close ends
// it from anywhere: by the closing handshake (closing) where a connection is open, else at once.
//
// While it is open it may rotate: a successor is dialled, greeted and prepared, takes over, and the old connection
// retires. A client has two connections at most: the present one, and the other of a rotation.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <zenws/client.hpp>
#include <zenws/error.hpp>
#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "policy/retry.hpp"

namespace zenws::client {

class Life {
 public:
  struct Settings {
    policy::RetrySettings retry;
    std::chrono::milliseconds connect_deadline;  // zero: none
    std::chrono::milliseconds request_timeout;   // of a login, and of what a retiring connection still waits for
    std::chrono::milliseconds max_age;           // zero: it is not rotated by itself
    bool greets;                                 // a login comes before anything else
    bool is_supervised;
  };

  enum class Which : std::uint8_t { present, other };

  // ---- what is to be done

  struct Dial {
    Which which;
    int attempt;                // of the retries since the last stable connection, or of this rotation
    std::optional<Error> last;  // why the last one ended
  };
  struct Greet {
    std::uint64_t epoch;
  };
  // What is said by these the user need not hear: once he closes, Voice is silent.
  struct Tell {
    Lifecycle event;
  };
  struct Join {};   // on_connect
  struct Leave {};  // on_disconnect, once for each Join
  struct CompleteStart {};
  struct Subscribe {
    bool again;
  };
  struct EndCalls {
    Error why;
  };
  struct Close {
    Which which;
    std::uint16_t code;
    std::string reason;
    Error error;
  };
  struct Abort {
    Error error;
  };
  // A close frame if the socket takes it, and the end.
  struct Quit {
    Error error;
  };
  struct Prepare {};   // the successor has its channels subscribed
  struct TakeOver {};  // the successor is the present connection, which is the other one from here on
  struct Retire {};    // the other one ends by a handshake; what it still brings is delivered
  struct SuccessorGone {
    std::uint64_t epoch;
    Error why;
  };
  struct RetiredGone {
    Error why;
  };
  struct FinishRotation {};  // what was held back is delivered
  struct TellRotated {};
  struct TellRotationFailed {
    int failures;
    std::chrono::milliseconds delay;
    Error error;
  };
  // The attempt to rotate, and the other connection: it ends without another word.
  struct DropRotation {};
  struct ForgetHandover {};
  struct GiveUp {
    Error error;
  };
  struct AskSupervisor {
    Error error;
  };
  // The last of all.
  struct Stop {
    Error error;
  };
  using Action = std::variant<Dial, Greet, Tell, Join, Leave, CompleteStart, Subscribe, EndCalls, Close, Abort, Quit,
                              Prepare, TakeOver, Retire, SuccessorGone, RetiredGone, FinishRotation, TellRotated,
                              TellRotationFailed, DropRotation, ForgetHandover, GiveUp, AskSupervisor, Stop>;

  // Why an attempt failed or a connection ended, and what to make of it.
  struct Failure {
    Error error;
    Severity severity;
    std::chrono::milliseconds at_least{0};  // what the server asks for
  };

  explicit Life(const Settings& settings) noexcept : settings_{settings}, retry_{settings.retry} {}

  // Held by who carries out what is to be done. False: somebody does already, and does what happens meanwhile too.
  class Obedience {
   public:
    explicit Obedience(bool& is_obeyed) noexcept : is_obeyed_{std::exchange(is_obeyed, true) ? nullptr : &is_obeyed} {}
    Obedience(const Obedience&) = delete;
    Obedience& operator=(const Obedience&) = delete;
    ~Obedience() {
      if (is_obeyed_ != nullptr) *is_obeyed_ = false;
    }
    explicit operator bool() const noexcept { return is_obeyed_ != nullptr; }

   private:
    bool* const is_obeyed_;
  };
  [[nodiscard]] Obedience obey() noexcept { return Obedience{is_obeyed_}; }
  // The next of what is to be done, in order. Something may happen while it is done: what was to come is then changed.
  [[nodiscard]] std::optional<Action> next();

  // ---- what happened; `random` is uniform in [0, 1)

  void start(TimePoint now);
  void dialled(const Connected& link, TimePoint now, double random);
  void dial_failed(const Failure& failure, TimePoint now, double random);
  void greeted(std::uint64_t epoch, const Result<>& result, TimePoint now, double random);
  // The present connection will end: nothing can be sent on it any more.
  void leaving(const Failure& failure);
  // It has ended.
  void lost(const Failure& failure, TimePoint now, double random);
  // deadline() has come.
  void due(TimePoint now);
  void close_asked(std::uint16_t code, const std::string& reason);
  void handler_failed(const Error& error);
  void runtime_ends();
  void supervised(const Result<std::chrono::milliseconds>& delay, TimePoint now);

  void rotate_asked();
  // The user has not taken what the last rotation brought.
  void rotation_has_no_room(TimePoint now);
  void successor_dialled(std::uint64_t epoch, TimePoint now);
  void successor_dial_failed(const Error& error, TimePoint now, double random);
  // It has all that the present connection has, or cannot have it. May be said again.
  void successor_ready();
  void successor_refused();
  // The successor will end: it cannot take over any more.
  void successor_leaving();
  void taken_over(TimePoint now, double random);
  // Nothing is waited for on the retiring connection.
  void other_is_idle();
  void other_lost(const Error& error, TimePoint now, double random);

  // ---- how it stands

  [[nodiscard]] State state() const noexcept;
  // When due() is to be called; never: not before something else happens.
  [[nodiscard]] TimePoint deadline() const noexcept;
  // Why it ends for good, or has ended; null: it goes on.
  [[nodiscard]] const Error* end() const noexcept;
  [[nodiscard]] bool has_ended() const noexcept { return is<Ended>(); }
  // What comes next does not depend on how bad the next failure is.
  [[nodiscard]] bool is_decided() const noexcept { return end() != nullptr || is<Leaving>(); }
  [[nodiscard]] bool is_connected() const noexcept { return is<Open>(); }
  // It has begun to dial, and not gone on to anything else.
  [[nodiscard]] bool is_dialling(Which which) const noexcept;
  [[nodiscard]] bool has_successor() const noexcept;
  [[nodiscard]] bool is_retiring() const noexcept;

 private:
  // Of a connection, and so to be told of its end.
  struct Told {
    bool connected = false;
    bool joined = false;
  };
  // `until`: when due() goes on from there.
  struct Idle {};
  struct Dialling {};
  struct Greeting {
    Connected link;
    TimePoint until;  // the login has ended: never
  };
  struct Open {
    TimePoint until;  // it is rotated
  };
  struct Leaving {
    Severity severity;
    Told told;
  };
  struct Waiting {
    TimePoint until;
  };
  struct Asking {  // its supervisor
    Error error;
  };
  struct Closing {
    Error why;
    Told told;
    bool has_present = true;
  };
  struct Ended {
    Error why;
  };

  struct Paused {
    TimePoint until;
  };
  struct SuccessorDialling {};
  struct SuccessorGreeting {
    TimePoint until;  // as of Greeting
  };
  struct Preparing {};
  struct SuccessorLeaving {};
  struct Retiring {
    TimePoint until;  // it was asked to end: never
  };
  struct Lagging {  // updates of the last one may still come twice
    TimePoint until;
  };
  struct Rotation {
    std::variant<std::monostate, Paused, SuccessorDialling, SuccessorGreeting, Preparing, SuccessorLeaving, Retiring,
                 Lagging>
        stage;
    std::uint64_t epoch = 0;  // of the successor
    int failures = 0;
    std::optional<Error> error;  // why the last attempt failed
  };

  template <class T>
  [[nodiscard]] bool is() const noexcept {
    return std::holds_alternative<T>(state_);
  }
  template <class T>
  [[nodiscard]] T* stage() const noexcept {
    return rotation_ ? std::get_if<T>(&rotation_->stage) : nullptr;
  }
  [[nodiscard]] bool has_present() const noexcept;
  [[nodiscard]] Error why_calls_end(const Error& error) const;
  [[nodiscard]] Told take_back_what_was_not_told();
  template <class Predicate>
  bool cancel(Predicate&& is_meant);
  void plan(Action action) { plan_.push_back(std::move(action)); }
  void open(const Connected& link, TimePoint now, double random);
  void rotate_later(TimePoint now, double random);
  void leave(Told& told, const Error& error);
  void what_next(const Failure& failure, TimePoint now, double random);
  void abandon(const Error& why);
  void begin_closing(const Error& why);
  void finish(const Error& error);
  void stop(const Error& error);
  void greeting_failed(Which which, const Error& error);
  void connect_is_late();
  void dial_successor();
  void rotation_due();
  void rotation_failed(const Error& error, TimePoint now, double random);
  void rotated();
  void cancel_preparations();
  void drop_rotation();

  const Settings settings_;
  policy::Retry retry_;
  std::variant<Idle, Dialling, Greeting, Open, Leaving, Waiting, Asking, Closing, Ended> state_;
  std::unique_ptr<Rotation> rotation_;  // from the first one on
  std::vector<Action> plan_;
  bool is_obeyed_ = false;
  std::uint64_t epoch_ = 0;  // of the last connection that was the present one
  TimePoint connect_by_ = never;
  int attempt_ = 0;
  std::uint64_t restarts_ = 0;
  std::optional<Error> last_error_;
};

}  // namespace zenws::client

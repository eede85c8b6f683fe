// A connection's life as a script: at which time what comes in, and what must come out of it then and not before.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "client/endpoint.hpp"
#include "link/session.hpp"
#include "support/frames.hpp"

namespace zenws::test {

// What happens to a script at one of its steps, unasked.
enum class SessionTrouble : std::uint8_t {
  none,
  stream_ends,
  stream_fails,
  peer_breaks_the_rules,
  user_closes,
  cannot_send
};

// Lines: "ping 1", "text {…}", "pong x", "close 1008 …" for what is written; "delivers …", "drops …"; "missed";
// "fails CODE"; at the end "over: CODE, CLOSE CODE".
class SessionScript {
 public:
  static constexpr std::size_t whole = 1U << 20U;

  // `chunk`: bytes that are fed at once. `trouble` comes after the step of that number; from there on what is given is
  // not looked at, but what must hold however a connection ends.
  explicit SessionScript(Options options, std::size_t chunk = whole, SessionTrouble trouble = SessionTrouble::none,
                         std::size_t trouble_after = 0)
      : options_{bounded(std::move(options))},
        chunk_{chunk},
        trouble_{trouble},
        trouble_after_{trouble_after},
        session_{options_,
                 TimePoint{},
                 [this](std::string_view what) { lines_.push_back("callback failed: " + std::string{what}); },
                 nullptr,
                 0,
                 std::nullopt,
                 [this] { return ++drawn_; }} {}
  SessionScript(const SessionScript&) = delete;
  SessionScript& operator=(const SessionScript&) = delete;
  ~SessionScript() { loose_ ? expect_a_right_end() : expect_nothing_more(); }
  [[nodiscard]] std::size_t steps() const noexcept { return steps_; }

  // Time goes on until `now`; every deadline on the way is kept.
  SessionScript& at(std::chrono::milliseconds now) {
    expect_nothing_more();
    goes_on_until(TimePoint{now});
    return stepped();
  }
  // Nobody reads: the mailbox is full.
  SessionScript& pauses(bool paused = true) {
    paused_ = paused;
    return *this;
  }
  // What came since lies unread; nullopt: nothing does.
  SessionScript& is_behind_since(std::optional<std::chrono::milliseconds> since) {
    read_until_ = since ? std::optional{TimePoint{*since}} : std::nullopt;
    return *this;
  }
  SessionScript& reads_text(std::string payload) { return reads(text(std::move(payload))); }
  SessionScript& reads_ping(std::string payload) { return reads(ping(std::move(payload))); }
  SessionScript& reads_pong(std::string payload) { return reads(pong(std::move(payload))); }
  SessionScript& reads_close(std::uint16_t code, const std::string& reason = {}) { return reads(close(code, reason)); }
  SessionScript& reads_what_is_no_frame() { return reads(text("x").with_rsv(7)); }

  // Of a text: the first, one more, the last.
  SessionScript& reads_beginning(std::string payload) { return reads(text(std::move(payload)).unfinished()); }
  SessionScript& reads_more(std::string payload) { return reads(continuation(std::move(payload)).unfinished()); }
  SessionScript& reads_end(std::string payload) { return reads(continuation(std::move(payload))); }

  // The user, or a successor, wants the connection to end.
  SessionScript& closes(std::uint16_t code, std::string_view reason = {}) {
    begin_close(code, reason);
    return stepped();
  }
  SessionScript& retires() {
    begin_close(1000);
    session_.deliver_to_the_end(true);
    return stepped();
  }
  // The stream takes nothing any more.
  SessionScript& cannot_send() {
    session_.sending_failed(std::make_error_code(std::errc::broken_pipe), now_);
    return stepped();
  }
  // So many bytes have come, and were not looked into.
  SessionScript& has_unread(std::size_t bytes) {
    waiting_ = bytes;
    return *this;
  }
  // The stream has ended; `error`: how.
  SessionScript& ends(const std::error_code& error = {}) {
    end_stream(error);
    return stepped();
  }

  SessionScript& gives(const std::string& line) {
    if (loose_) return *this;
    if (next_ < lines_.size()) {
      EXPECT_EQ(lines_[next_++], line) << "at " << since_start() << " ms";
    } else {
      ADD_FAILURE() << "nothing at " << since_start() << " ms instead of: " << line;
    }
    return *this;
  }
  SessionScript& gives_beginning(std::string_view beginning) {
    if (loose_) return *this;
    const std::string line = takes();
    EXPECT_TRUE(line.starts_with(beginning)) << line << " at " << since_start() << " ms";
    return *this;
  }
  // Takes the next line, whatever it says.
  std::string takes() { return next_ < lines_.size() ? lines_[next_++] : std::string{}; }
  [[nodiscard]] link::Session& session() noexcept { return session_; }

 private:
  SessionScript& reads(const Frame& frame) {
    std::string wire = frame.bytes(false);
    const std::size_t size = wire.size();
    wire.append(ws::text_padding, '\0');
    for (std::size_t at = 0; at < size && !dead_; at += chunk_) {
      session_.feed(std::as_writable_bytes(std::span{wire}).subspan(at, std::min(chunk_, size - at)), now_);
      take_steps();
    }
    return stepped();
  }
  void begin_close(std::uint16_t code, std::string_view reason = {}) {
    if (dead_) return;
    if (const auto owed = session_.close(code, reason, Error{errc::closed, Phase::close})) owe(*owed);
  }
  void end_stream(const std::error_code& error) {
    if (dead_) return;
    session_.stream_ended(error);
    lines_.push_back("over: " + why());
    dead_ = true;
  }
  void goes_on_until(TimePoint now) {
    for (TimePoint last = TimePoint::min(); !dead_ && session_.deadline() <= now && session_.deadline() != last;) {
      last = session_.deadline();  // the same again: it waits for what is to be read
      now_ = std::max(now_, last);
      tick();
    }
    now_ = now;
  }
  SessionScript& stepped() {
    const bool now = steps_++ == trouble_after_;
    if (trouble_ == SessionTrouble::none || !now) return *this;
    loose_ = true;
    switch (trouble_) {
      case SessionTrouble::stream_ends:
        end_stream({});
        break;
      case SessionTrouble::stream_fails:
        end_stream(std::make_error_code(std::errc::connection_reset));
        break;
      case SessionTrouble::peer_breaks_the_rules:
        reads(text("x").with_rsv(7));
        break;
      case SessionTrouble::user_closes:
        begin_close(4000);
        break;
      case SessionTrouble::cannot_send:
        session_.sending_failed(std::make_error_code(std::errc::broken_pipe), now_);
        break;
      case SessionTrouble::none:
        break;
    }
    return *this;
  }
  // However it went: one end at most, one close frame at most, nothing but pongs after it, and once it closes it ends
  // in time.
  void expect_a_right_end() {
    paused_ = false;
    waiting_ = 0;
    const bool closes = !session_.is_open() || session_.has_failed_to_send();
    if (closes) goes_on_until(now_ + options_.close_timeout);
    EXPECT_TRUE(dead_ || !closes);
    bool closed = false;
    for (const std::string& line : lines_) {
      const bool speaks = line.starts_with("ping") || line.starts_with("text") || line.starts_with("close");
      EXPECT_FALSE(closed && speaks) << line;
      closed = closed || line.starts_with("close");
    }
    EXPECT_LE(std::ranges::count_if(lines_, [](const auto& line) { return line.starts_with("over"); }), 1);
  }
  void take_steps() {
    using Kind = link::Step::Kind;
    std::optional<link::Inbound> inbound;
    const auto next = [&] { return session_.next(now_, false, inbound); };
    for (link::Step step = next(); step.kind != Kind::need_more; step = next()) {
      if (step.kind == Kind::message) lines_.push_back("delivers " + std::string{inbound->text});
      if (step.kind == Kind::dropped) lines_.push_back("drops " + std::string{inbound->text});
      if (step.kind == Kind::failed) lines_.emplace_back("delivers what is wrong");
      if (step.kind == Kind::owed || step.kind == Kind::closing || step.kind == Kind::failed) owe(step.owed);
    }
  }
  void owe(const link::Owed& owed) {
    const std::string payload{as_text(owed.payload)};
    switch (owed.opcode) {
      case ws::Opcode::ping:
        return lines_.push_back("ping " + payload);
      case ws::Opcode::pong:
        return lines_.push_back("pong " + payload);
      case ws::Opcode::close: {
        session_.wait_for_peer(now_);
        const auto byte = [&](std::size_t at) {
          return static_cast<unsigned>(static_cast<unsigned char>(payload[at]));
        };
        const std::string code = payload.size() < 2 ? "" : std::to_string(byte(0) * 256 + byte(1));
        return lines_.push_back("close " + code + (payload.size() > 2 ? " " + payload.substr(2) : ""));
      }
      default:
        return lines_.push_back("text " + payload);
    }
  }
  void tick() {
    const TimePoint read_until = read_until_.value_or(now_);
    const link::Session::Tick tick =
        session_.tick(now_, {.until = paused_ ? std::nullopt : std::optional{read_until}, .waiting = waiting_});
    if (tick.missed) lines_.emplace_back("missed");
    if (tick.owed) owe(*tick.owed);
    if (tick.dead) lines_.push_back("fails " + tick.dead->code().message());
    if (tick.over) lines_.push_back("over: " + why());
    dead_ = tick.dead || tick.over;
  }
  // Code, and close code if there is one.
  [[nodiscard]] std::string why() const {
    const Error& error = session_.why();
    return error.code().message() + (error.close() ? ", " + std::to_string(error.close()->code) : "");
  }
  void expect_nothing_more() {
    if (loose_) return;
    for (; next_ < lines_.size(); ++next_)
      ADD_FAILURE() << "unexpected by " << since_start() << " ms: " << lines_[next_];
  }
  [[nodiscard]] std::int64_t since_start() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()).count();
  }

  // As connect() does with them.
  static Options bounded(Options options) {
    client::bound_durations(options);
    return options;
  }

  const Options options_;
  const std::size_t chunk_;
  const SessionTrouble trouble_;
  const std::size_t trouble_after_;
  std::size_t steps_ = 0;
  bool loose_ = false;
  std::vector<std::string> lines_;
  std::size_t next_ = 0;
  std::uint32_t drawn_ = 0;
  link::Session session_;
  TimePoint now_{};
  std::optional<TimePoint> read_until_;
  std::size_t waiting_ = 0;
  bool paused_ = false;
  bool dead_ = false;
};

// The script whole and byte by byte, and then with each trouble after each of its steps.
template <class Script>
void plays(const Options& options, const Script& script) {
  std::size_t steps = 0;
  for (const std::size_t chunk : {SessionScript::whole, std::size_t{1}}) {
    SessionScript session{options, chunk};
    script(session);
    steps = session.steps();
  }
  using enum SessionTrouble;
  for (const auto trouble : {stream_ends, stream_fails, peer_breaks_the_rules, user_closes, cannot_send}) {
    for (std::size_t after = 0; after < steps; ++after) {
      SCOPED_TRACE("trouble " + std::to_string(static_cast<int>(trouble)) + " after step " + std::to_string(after));
      SessionScript session{options, SessionScript::whole, trouble, after};
      script(session);
    }
  }
}

inline std::string fails(errc code) { return "fails " + make_error_code(code).message(); }

}  // namespace zenws::test

// A connection's life as a script: at which time what comes in, and what must come out of it then and not before.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "client/endpoint.hpp"
#include "link/session.hpp"
#include "support/frames.hpp"

namespace zenws::test {

// Lines: "ping 1", "text {…}", "pong x" for what is written; "delivers …"; "missed"; "fails CODE"; "closes 1008 …".
class SessionScript {
 public:
  explicit SessionScript(Options options)
      : options_{bounded(std::move(options))}, session_{options_,
                                                        TimePoint{},
                                                        [this](std::string_view what) {
                                                 lines_.push_back("callback failed: " + std::string{what}); },
                                                        nullptr,
                                                        0,
                                                        [this] { return ++drawn_; }} {}
  SessionScript(const SessionScript&) = delete;
  SessionScript& operator=(const SessionScript&) = delete;
  ~SessionScript() { expect_nothing_more(); }

  // Time goes on until `now`; every deadline on the way is kept.
  SessionScript& at(std::chrono::milliseconds now) {
    expect_nothing_more();
    while (!dead_ && session_.deadline() <= TimePoint{now}) {
      now_ = std::max(now_, session_.deadline());
      tick();
    }
    now_ = TimePoint{now};
    return *this;
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

  // Of a text: the first, one more, the last.
  SessionScript& reads_beginning(std::string payload) { return reads(text(std::move(payload)).unfinished()); }
  SessionScript& reads_more(std::string payload) { return reads(continuation(std::move(payload)).unfinished()); }
  SessionScript& reads_end(std::string payload) { return reads(continuation(std::move(payload))); }

  SessionScript& gives(const std::string& line) {
    if (next_ < lines_.size()) {
      EXPECT_EQ(lines_[next_++], line) << "at " << since_start() << " ms";
    } else {
      ADD_FAILURE() << "nothing at " << since_start() << " ms instead of: " << line;
    }
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
    session_.heard(now_);
    session_.protocol().feed(std::as_writable_bytes(std::span{wire}).first(size));
    using Kind = link::Step::Kind;
    std::optional<link::Inbound> inbound;
    const auto next = [&] { return session_.next(now_, false, inbound); };
    for (link::Step step = next(); step.kind != Kind::need_more; step = next()) {
      const std::string payload{reinterpret_cast<const char*>(step.payload.data()), step.payload.size()};
      if (step.kind == Kind::message) lines_.push_back("delivers " + std::string{inbound->text});
      if (step.kind == Kind::pong) lines_.push_back("pong " + payload);
      if (step.kind == Kind::text) lines_.push_back("text " + payload);
    }
    return *this;
  }
  void tick() {
    const TimePoint read_until = read_until_.value_or(now_);
    const link::Session::Tick tick = session_.tick(now_, paused_ ? std::nullopt : std::optional{read_until});
    if (tick.missed) lines_.emplace_back("missed");
    if (tick.owed) lines_.push_back((tick.owed->ping ? "ping " : "text ") + tick.owed->payload);
    if (tick.late) {
      lines_.push_back("closes 1008 " + std::string{tick.late->detail()});
      dead_ = true;
    }
    if (tick.dead) {
      lines_.push_back("fails " + tick.dead->code().message());
      dead_ = true;
    }
  }
  void expect_nothing_more() {
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
  std::vector<std::string> lines_;
  std::size_t next_ = 0;
  std::uint32_t drawn_ = 0;
  link::Session session_;
  TimePoint now_{};
  std::optional<TimePoint> read_until_;
  bool paused_ = false;
  bool dead_ = false;
};

inline std::string fails(errc code) { return "fails " + make_error_code(code).message(); }

}  // namespace zenws::test

// A client that lives through one fault, what it told meanwhile and when, and the fault's line in the fault table.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"

namespace zenws::testing {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

class Fault : public ::testing::Test {
 protected:
  using Clock = std::chrono::steady_clock;

  // Comes back for ever, at once after a loss, and then after 10, 20, 40, 50, 50 … ms.
  Options options(Heartbeat heartbeat = {}) {
    Options options{.retry_count = unlimited,
                    .retry_delay = 10ms,
                    .max_backoff = 50ms,
                    .request_timeout = patience,
                    .heartbeat = std::move(heartbeat),
                    .jitter = 0,
                    .stable_after = 0ms};
    options.on_lifecycle = [this](const Lifecycle& event) { happened_.add({told(event), Clock::now()}); };
    options.handler = [](const Message&) {};
    return options;
  }

  // The cause is about to begin, and to end. A cause that ends with the connection needs no mends().
  void breaks() { broken_ = Clock::now(); }
  void mends() { mended_ = Clock::now(); }

  // Waits for an event: "connected 2", "lost: WHY", "reconnecting 1", "degraded A", "restored A", "stopped".
  bool sees(std::string_view what, std::size_t times = 1) {
    return happened_.wait_until([&](const std::vector<Happening>& all) {
      return std::ranges::count(all, what, &Happening::what) >= static_cast<std::ptrdiff_t>(times);
    });
  }
  // Events so far. How many attempts an outage takes is the machine's affair: only the first of a row is there.
  Lines lines() {
    Lines lines;
    for (const Happening& event : happened_.all()) {
      const bool again = event.what.starts_with("reconnecting ") && event.what != "reconnecting 1";
      if (!again) lines.push_back(event.what);
    }
    return lines;
  }
  // The first so many: what a slow machine adds later is another story.
  Lines first_lines(std::size_t count) {
    Lines all = lines();
    all.resize(std::min(count, all.size()));
    return all;
  }
  static std::string lost(errc code) { return "lost: " + make_error_code(code).message(); }
  static std::string lost(std::errc code) { return "lost: " + std::make_error_code(code).message(); }

  // Prints the line: from breaks() to the first event that begins with `noticed`, and to the first `back` after it,
  // from mends() or else from breaks().
  void tell(std::string_view fault, std::string_view noticed, std::string_view back, std::string_view remark = {}) {
    const auto when_noticed = first(noticed, broken_);
    const auto when_back = first(back, std::max(mended_, when_noticed.value_or(broken_)));
    std::cout << fmt::format("fault | {:<44} | detected {:>8} | recovered {:>8} {:<16} |{}\n", fault,
                             text(when_noticed, broken_),
                             text(when_back, mended_ == Clock::time_point{} ? broken_ : mended_),
                             mended_ == Clock::time_point{} ? "after the fault" : "after its end", remark)
              << std::flush;
  }
  // From breaks() until it was noticed, for who compares it.
  std::chrono::milliseconds noticed_after(std::string_view noticed) {
    return std::chrono::round<std::chrono::milliseconds>(first(noticed, broken_).value_or(broken_) - broken_);
  }

 private:
  struct Happening {
    std::string what;
    Clock::time_point at;
  };

  static std::string told(const Lifecycle& event) {
    const auto* const gone = std::get_if<Disconnected>(&event);
    return gone != nullptr ? "lost: " + gone->error.code().message() : words(event);
  }
  std::optional<Clock::time_point> first(std::string_view what, Clock::time_point from) {
    for (const Happening& event : happened_.all()) {
      if (event.at >= from && event.what.starts_with(what)) return event.at;
    }
    return std::nullopt;
  }
  static std::string text(std::optional<Clock::time_point> when, Clock::time_point since) {
    if (!when) return "never";
    return fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(*when - since).count());
  }

  LogOf<Happening> happened_;
  Clock::time_point broken_{};
  Clock::time_point mended_{};
};

}  // namespace zenws::testing

// The configured heartbeat on the wire of one connection: what it sends, and which inbound messages are its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <zenws/heartbeat.hpp>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "link/inbound.hpp"
#include "policy/heartbeat.hpp"

namespace zenws::link {

// Zero in `heartbeat.interval` stands for this.
[[nodiscard]] std::chrono::milliseconds interval_of(const Heartbeat& heartbeat, std::chrono::milliseconds otherwise);

class HeartbeatWire {
 public:
  // A frame that is owed.
  struct Owed {
    bool ping = false;  // else a text
    std::string payload;
  };
  struct Tick {
    bool missed = false;
    bool dead = false;
    std::optional<Owed> owed;
  };
  // Called with the text of what a function of the user's throws.
  using OnThrow = std::function<void(std::string_view)>;

  // For what a ping carries, and a request's id: drawn at random, so that nobody answers one that has not come.
  using Draw = std::function<std::uint32_t()>;

  // Requires: a heartbeat that is not disabled.
  HeartbeatWire(const Heartbeat& heartbeat, policy::HeartbeatSettings settings, TimePoint opened, OnThrow on_throw,
                Draw draw = random_u32);

  [[nodiscard]] Tick tick(TimePoint now, std::optional<TimePoint> read_until);
  [[nodiscard]] TimePoint deadline() const noexcept { return policy_.deadline(); }

  void pinged(TimePoint now) noexcept;
  void ponged(std::span<const std::byte> payload, TimePoint now) noexcept;
  // True: the message is the heartbeat's own and nobody else's; owed() may have an answer to it.
  [[nodiscard]] bool takes(const Inbound& inbound, TimePoint now);
  // Whether takes() made us owe a text.
  [[nodiscard]] bool owes() const noexcept { return owed_.has_value(); }
  // Takes it; it lives until the next is taken. Requires: owes().
  [[nodiscard]] std::string_view owed();
  // True: messages must be looked into also when the user wants text.
  [[nodiscard]] bool reads_json() const noexcept { return asks(); }

  [[nodiscard]] const policy::Heartbeat& state() const noexcept { return policy_; }
  // Takes the round trip of the last answer, if there was one since and it is true.
  [[nodiscard]] std::optional<std::chrono::microseconds> fresh_round_trip() noexcept;

 private:
  // Its heartbeats are requests.
  [[nodiscard]] bool asks() const noexcept {
    return heartbeat_.type == HeartbeatType::request || heartbeat_.type == HeartbeatType::deribit;
  }
  [[nodiscard]] std::optional<Owed> make(TimePoint now);
  [[nodiscard]] std::optional<std::string> make_text(TimePoint now);
  [[nodiscard]] bool takes_of_requests(const Inbound& inbound, TimePoint now);
  [[nodiscard]] bool is_custom_answer(const Inbound& inbound);
  template <class F>
  std::optional<std::invoke_result_t<F&>> call(F&& user);
  [[nodiscard]] bool answered(std::optional<Clock::duration> round_trip) noexcept;

  const Heartbeat& heartbeat_;
  policy::Heartbeat policy_;
  OnThrow on_throw_;
  Draw draw_;
  std::optional<std::string> owed_;
  std::string paid_;  // what owed() gave
  std::optional<std::chrono::microseconds> fresh_round_trip_;
};

}  // namespace zenws::link

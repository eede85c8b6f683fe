#include "link/heartbeat_wire.hpp"

#include <charconv>
#include <utility>

#include "base/bytes.hpp"
#include "base/contain.hpp"
#include "json/envelope.hpp"
#include "json/write.hpp"

namespace zenws::link {

namespace {

using namespace std::chrono_literals;

// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams: a ping every 3 minutes at the slowest.
constexpr std::chrono::milliseconds binance_interval = 180s;

std::optional<std::int64_t> as_token(std::string_view text) noexcept {
  std::int64_t token = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), token);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return token;
}

}  // namespace

std::chrono::milliseconds interval_of(const Heartbeat& heartbeat, std::chrono::milliseconds otherwise) {
  if (heartbeat.type == HeartbeatType::disabled) return 0ms;
  if (heartbeat.interval > 0ms) return heartbeat.interval;
  return heartbeat.type == HeartbeatType::binance ? binance_interval : otherwise;
}

HeartbeatWire::HeartbeatWire(const Heartbeat& heartbeat, policy::HeartbeatSettings settings, TimePoint opened,
                             OnThrow on_throw, Draw draw)
    : heartbeat_{heartbeat}, policy_{settings, opened}, on_throw_{std::move(on_throw)}, draw_{std::move(draw)} {}

HeartbeatWire::Tick HeartbeatWire::tick(TimePoint now, std::optional<TimePoint> read_until) {
  const policy::Heartbeat::Tick due = policy_.tick(now, read_until);
  Tick tick{.missed = due.missed, .dead = due.dead, .owed = std::nullopt};
  if (due.send) tick.owed = make(now);
  return tick;
}

std::optional<HeartbeatWire::Owed> HeartbeatWire::make(TimePoint now) {
  if (heartbeat_.type == HeartbeatType::deribit) return Owed{.ping = false, .payload = deribit_test(now)};
  const std::int64_t token = draw_();
  policy_.sent(token, now);
  if (heartbeat_.type == HeartbeatType::ping_pong) return Owed{.ping = true, .payload = std::to_string(token)};
  Owed owed{.ping = false, .payload = {}};
  const auto thrown = text_of_what_it_throws([&] { owed.payload = heartbeat_.message(); });
  if (!thrown) return owed;
  on_throw_(*thrown);
  return std::nullopt;
}

std::string HeartbeatWire::deribit_test(TimePoint now) {
  const std::int64_t id = json::next_request_id();
  policy_.sent(id, now);
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":"public/test","params":{}})";
}

void HeartbeatWire::pinged(TimePoint now) noexcept {
  if (heartbeat_.type == HeartbeatType::binance) policy_.heard(now);
}

void HeartbeatWire::ponged(std::span<const std::byte> payload, TimePoint now) noexcept {
  if (heartbeat_.type != HeartbeatType::ping_pong) return;
  if (const auto token = as_token(as_text(payload))) (void)answered(policy_.answered(*token, now));
}

bool HeartbeatWire::takes(const Inbound& inbound, TimePoint now) {
  if (heartbeat_.type == HeartbeatType::deribit) return inbound.json != nullptr && takes_deribit(inbound, now);
  if (heartbeat_.type != HeartbeatType::custom || !is_custom_answer(inbound)) return false;
  // Its round trip is not true: nobody says which heartbeat the user's predicate means.
  (void)policy_.answered(now);
  return true;
}

// https://docs.deribit.com/#public-set_heartbeat
bool HeartbeatWire::takes_deribit(const Inbound& inbound, TimePoint now) {
  const json::Envelope envelope = json::read_envelope(*inbound.json);
  if (json::as_text(envelope.method) == "heartbeat") {
    std::string_view type;
    if (envelope.params && (*envelope.params)["type"].get(type) == simdjson::SUCCESS && type == "test_request") {
      owed_ = deribit_test(now);
    }
    return true;
  }
  const auto id = json::reply_id(envelope);
  const auto* const number = id ? std::get_if<std::int64_t>(&*id) : nullptr;
  return number != nullptr && answered(policy_.answered(*number, now));
}

bool HeartbeatWire::is_custom_answer(const Inbound& inbound) {
  bool is_answer = false;
  const auto thrown = text_of_what_it_throws([&] { is_answer = heartbeat_.is_answer(inbound.message); });
  if (thrown) on_throw_(*thrown);
  return is_answer;
}

bool HeartbeatWire::answered(std::optional<Clock::duration> round_trip) noexcept {
  if (!round_trip) return false;
  fresh_round_trip_ = std::chrono::duration_cast<std::chrono::microseconds>(*round_trip);
  return true;
}

std::string_view HeartbeatWire::owed() {
  paid_ = *std::exchange(owed_, std::nullopt);
  return paid_;
}

std::optional<std::chrono::microseconds> HeartbeatWire::fresh_round_trip() noexcept {
  return std::exchange(fresh_round_trip_, std::nullopt);
}

}  // namespace zenws::link

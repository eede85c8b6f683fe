#include "link/heartbeat_wire.hpp"

#include <charconv>
#include <utility>

#include "base/bytes.hpp"
#include "base/contain.hpp"
#include "json/parser.hpp"

namespace zenws::link {

namespace {

using namespace std::chrono_literals;

// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams: a ping every 3 minutes at the slowest.
constexpr std::chrono::milliseconds binance_interval = 180s;

// Of requests: above what counts and what comes from a clock of microseconds, and exact in a double.
constexpr std::int64_t first_id = std::int64_t{1} << 52U;

std::optional<std::int64_t> as_token(std::string_view text) noexcept {
  std::int64_t token = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), token);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return token;
}

// As the dialect reads it; where that says nothing, as JSON-RPC has it: a heartbeat need not be of the dialect's venue.
std::optional<RequestIdView> id_of_reply(const Inbound& inbound) {
  if (inbound.reading.id || inbound.json == nullptr) return inbound.reading.id;
  return json::reply_id(*inbound.json);
}

}  // namespace

std::chrono::milliseconds interval_of(const Heartbeat& heartbeat, std::chrono::milliseconds otherwise) {
  if (heartbeat.type == HeartbeatType::disabled || heartbeat.type == HeartbeatType::off) return 0ms;
  if (heartbeat.interval > 0ms) return heartbeat.interval;
  return heartbeat.type == HeartbeatType::binance ? binance_interval : otherwise;
}

HeartbeatWire::HeartbeatWire(const Heartbeat& heartbeat, policy::HeartbeatSettings settings, TimePoint opened,
                             OnThrow on_throw, Draw draw)
    : heartbeat_{heartbeat}, policy_{settings, opened}, on_throw_{std::move(on_throw)}, draw_{std::move(draw)} {}

HeartbeatWire::Tick HeartbeatWire::tick(TimePoint now, std::optional<TimePoint> read_until) {
  const policy::Heartbeat::Tick due = policy_.tick(now, read_until);
  return {.missed = due.missed, .dead = due.dead, .owed = due.send ? make(now) : std::nullopt};
}

std::optional<HeartbeatWire::Owed> HeartbeatWire::make(TimePoint now) {
  if (heartbeat_.type == HeartbeatType::ping_pong) {
    const std::int64_t token = draw_();
    policy_.sent(token, now);
    return Owed{.ping = true, .payload = std::to_string(token)};
  }
  std::optional<std::string> text = make_text(now);
  if (!text) return std::nullopt;
  return Owed{.ping = false, .payload = *std::move(text)};
}

std::optional<std::string> HeartbeatWire::make_text(TimePoint now) {
  const std::int64_t token = first_id + draw_();
  policy_.sent(token, now);
  return call([&] { return asks() ? heartbeat_.request(token) : heartbeat_.message(); });
}

void HeartbeatWire::pinged(TimePoint now) noexcept {
  if (heartbeat_.type == HeartbeatType::binance) policy_.heard(now);
}

void HeartbeatWire::ponged(std::span<const std::byte> payload, TimePoint now) noexcept {
  if (heartbeat_.type != HeartbeatType::ping_pong) return;
  if (const auto token = as_token(as_text(payload))) (void)answered(policy_.answered(*token, now));
}

bool HeartbeatWire::takes(const Inbound& inbound, TimePoint now) {
  if (asks()) return inbound.reading.kind != Reading::Kind::update && takes_of_requests(inbound, now);
  if (heartbeat_.type != HeartbeatType::custom || !is_custom_answer(inbound)) return false;
  // Its round trip is not true: nobody says which heartbeat the user's predicate means.
  (void)policy_.answered(now);
  return true;
}

bool HeartbeatWire::takes_of_requests(const Inbound& inbound, TimePoint now) {
  if (const auto id = id_of_reply(inbound)) {
    const auto* const number = std::get_if<std::int64_t>(&*id);
    return number != nullptr && answered(policy_.answered(*number, now));
  }
  if (inbound.json == nullptr || !heartbeat_.server_beat) return false;
  const ServerBeat beat = call([&] { return heartbeat_.server_beat(*inbound.json); }).value_or(ServerBeat::none);
  if (beat == ServerBeat::asked) owed_ = make_text(now);
  return beat != ServerBeat::none;
}

bool HeartbeatWire::is_custom_answer(const Inbound& inbound) {
  return call([&] { return heartbeat_.is_answer(inbound.message); }).value_or(false);
}

// nullopt: it has thrown, which was told.
template <class F>
std::optional<std::invoke_result_t<F&>> HeartbeatWire::call(F&& user) {
  auto result = contained(user);
  if (result) return *std::move(result);
  on_throw_(result.error().what);
  return std::nullopt;
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

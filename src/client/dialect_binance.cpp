// Binance's language.
//
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams: requests, error messages, combined
// streams, and the payloads of raw ones; the futures' streams add an event type to bookTicker,
// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <zenws/dialect.hpp>
#include <zenws/json_text.hpp>
#include <zenws/rate_limiter.hpp>

#include "base/ignoring_case.hpp"
#include "client/dialect_parts.hpp"
#include "json/envelope.hpp"

namespace zenws {

namespace {

using json::Field;

// The fields by which a message tells what it is, found in one pass.
struct Fields {
  json::Envelope envelope;
  Field code, msg;                             // of an error without `error` around it
  Field stream, data;                          // of a combined stream
  Field event, symbol, kline;                  // of a raw one: e, s, k
  Field update, bid, bid_size, ask, ask_size;  // of a raw bookTicker, which names no event: u, b, B, a, A
};

Field* place_of(Fields& found, char letter) noexcept {
  switch (letter) {
    case 'e':
      return &found.event;
    case 's':
      return &found.symbol;
    case 'k':
      return &found.kline;
    case 'u':
      return &found.update;
    case 'b':
      return &found.bid;
    case 'B':
      return &found.bid_size;
    case 'a':
      return &found.ask;
    case 'A':
      return &found.ask_size;
    default:
      return nullptr;
  }
}

Field* place_of(Fields& found, std::string_view key) noexcept {
  if (key.size() == 1) return place_of(found, key.front());
  if (key == "stream") return &found.stream;
  if (key == "data") return &found.data;
  if (key == "code") return &found.code;
  if (key == "msg") return &found.msg;
  return nullptr;
}

Fields read_fields(const simdjson::dom::element& message) noexcept {
  Fields found;
  simdjson::dom::object object;
  if (message.get(object) != simdjson::SUCCESS) return found;
  for (const auto field : object) {
    if (Field* const place = place_of(found, field.key)) {
      json::keep_first(*place, field.value);
    } else {
      json::keep_field(found.envelope, field.key, field.value);
    }
  }
  return found;
}

// The answer to a malformed request: `{"code":2,"msg":"…","id":…}`. Without an id it answers nobody.
std::optional<RequestIdView> flat_error_id(const Fields& fields) noexcept {
  const json::Envelope& envelope = fields.envelope;
  const bool flat = !envelope.method && !envelope.result && !envelope.error;
  if (!flat || !fields.code || !fields.code->is_int64() || !json::as_text(fields.msg)) return std::nullopt;
  return json::as_id(envelope.id);
}

// What stands behind the symbol in a stream's name, by the event type of its payload. Not known are partial depths,
// whose payload has neither event nor symbol, and update speeds, which no payload tells.
std::string_view suffix_of(std::string_view event) noexcept {
  struct Row {
    std::string_view event;
    std::string_view suffix;
  };
  static constexpr std::array rows{
      Row{"trade", "@trade"},        Row{"aggTrade", "@aggTrade"},
      Row{"depthUpdate", "@depth"},  Row{"bookTicker", "@bookTicker"},
      Row{"kline", "@kline_"},       Row{"24hrTicker", "@ticker"},
      Row{"avgPrice", "@avgPrice"},  Row{"24hrMiniTicker", "@miniTicker"},
      Row{"1hTicker", "@ticker_1h"}, Row{"4hTicker", "@ticker_4h"},
      Row{"1dTicker", "@ticker_1d"},
  };
  const auto* const row = std::ranges::find(rows, event, &Row::event);
  return row == rows.end() ? std::string_view{} : row->suffix;
}

std::string_view event_of(const Fields& fields) noexcept {
  if (fields.event) return json::as_text(fields.event).value_or(std::string_view{});
  const bool quotes = fields.update && fields.bid && fields.bid_size && fields.ask && fields.ask_size;
  return quotes ? "bookTicker" : "";
}

// The stream's name, which no raw message spells out: `btcusdt@trade`. It is composed in a buffer of the thread's, so
// that nothing is allocated, and lives until the next raw message is read on the thread: that is as long as the
// message, since a loop handles one after the other. Empty: the message belongs to no stream that we know.
std::string_view compose_channel(const Fields& fields) noexcept {
  thread_local std::array<char, 128> buffer;
  const std::string_view suffix = suffix_of(event_of(fields));
  const std::string_view symbol = json::as_text(fields.symbol).value_or(std::string_view{});
  if (suffix.empty() || symbol.empty()) return {};
  std::string_view interval;
  if (suffix.ends_with('_')) {
    if (!fields.kline || fields.kline->at_key("i").get(interval) != simdjson::SUCCESS || interval.empty()) return {};
  }
  const std::size_t size = symbol.size() + suffix.size() + interval.size();
  if (size > buffer.size()) return {};
  auto end = std::ranges::transform(symbol, buffer.begin(), in_lower_case).out;
  end = std::ranges::copy(suffix, end).out;
  std::ranges::copy(interval, end);
  return {buffer.data(), size};
}

// What numbers a payload: a book's update, a trade, an aggregate trade, or a partial book; what comes every second or
// so has its time.
std::optional<std::uint64_t> id_of(const simdjson::dom::element& payload) noexcept {
  struct Row {
    std::string_view event;
    std::string_view key;
  };
  static constexpr std::array rows{Row{"depthUpdate", "u"}, Row{"bookTicker", "u"}, Row{"trade", "t"},
                                   Row{"aggTrade", "a"}};
  const std::string_view event = event_of(read_fields(payload));
  if (event.empty()) return client::number_at(payload, "lastUpdateId");
  const auto* const row = std::ranges::find(rows, event, &Row::event);
  return client::number_at(payload, row == rows.end() ? "E" : row->key);
}

std::string request(std::string_view method, std::span<const std::string> channels, std::int64_t id) {
  return json::Object{}.add("method", method).add("params", channels).add("id", id).text();
}

class BinanceDialect final : public Dialect {
 public:
  [[nodiscard]] std::string subscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return request("SUBSCRIBE", channels, id);
  }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return request("UNSUBSCRIBE", channels, id);
  }
  [[nodiscard]] Reading read(const simdjson::dom::element& message) const override {
    const Fields fields = read_fields(message);
    const auto stream = json::as_text(fields.stream);
    if (stream && !stream->empty() && fields.data) return {.kind = Reading::Kind::update, .channel = *stream};
    if (const auto id = flat_error_id(fields)) return {.kind = Reading::Kind::reply, .id = id};
    const Reading reply = client::read_reply(fields.envelope);
    if (reply.kind == Reading::Kind::reply) return reply;
    const std::string_view channel = compose_channel(fields);
    return channel.empty() ? Reading{} : Reading{.kind = Reading::Kind::update, .channel = channel};
  }
  [[nodiscard]] std::optional<std::uint64_t> update_id(const simdjson::dom::element& update) const override {
    const auto data = read_fields(update).data;
    return id_of(data ? *data : update);
  }
  [[nodiscard]] SubscribeAnswer answer(const simdjson::dom::element& reply,
                                       std::span<const std::string> asked) const override {
    if (!flat_error_id(read_fields(reply))) return Dialect::answer(reply, asked);
    return {.confirmed = {}, .reason = client::reason_of(json::read_refusal(reply))};
  }
  [[nodiscard]] Heartbeat heartbeat() const override { return Heartbeat::binance(); }
  [[nodiscard]] std::uint64_t cost(std::string_view message) const override { return rate_cost::binance(message); }
};

}  // namespace

std::shared_ptr<const Dialect> Dialect::binance() { return std::make_shared<BinanceDialect>(); }

}  // namespace zenws

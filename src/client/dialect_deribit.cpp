// Deribit's language.
//
// https://docs.deribit.com/api-reference/subscription-management/public-subscribe: the result lists what is subscribed;
// channels that Deribit does not know are left out of it. https://docs.deribit.com/articles/notifications: updates.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <zenws/dialect.hpp>
#include <zenws/rate_limiter.hpp>

#include "client/dialect_parts.hpp"
#include "json/envelope.hpp"
#include "json/outgoing.hpp"

namespace zenws {

namespace {

class DeribitDialect final : public Dialect {
 public:
  explicit DeribitDialect(bool always_private) noexcept : always_private_{always_private} {}

  [[nodiscard]] std::string subscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return client::channels_request(is_private(channels) ? "private/subscribe" : "public/subscribe", channels, id);
  }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return client::channels_request(is_private(channels) ? "private/unsubscribe" : "public/unsubscribe", channels, id);
  }
  [[nodiscard]] Result<RequestIdView> request_id(const simdjson::dom::element& request) const override {
    return json::id_of_call(request);
  }
  [[nodiscard]] Reading read(const simdjson::dom::element& message) const override {
    const json::Envelope envelope = json::read_envelope(message);
    const auto channel = client::notified_channel(envelope);
    if (channel && json::as_text(envelope.method) == "subscription") {
      return {.kind = Reading::Kind::update, .channel = *channel};
    }
    return client::read_reply(envelope);
  }
  [[nodiscard]] std::optional<std::uint64_t> update_id(const simdjson::dom::element& update) const override {
    simdjson::dom::element data;
    if (update.at_pointer("/params/data").get(data) != simdjson::SUCCESS) return std::nullopt;
    if (const auto change = client::number_at(data, "change_id")) return change;  // of a book
    simdjson::dom::array trades;
    const auto channel = client::notified_channel(json::read_envelope(update));
    if (data.get(trades) != simdjson::SUCCESS || trades.size() == 0 || !channel || !is_of_one_instrument(*channel)) {
      return std::nullopt;
    }
    return client::number_at(trades.at(trades.size() - 1).value_unsafe(), "trade_seq");
  }
  [[nodiscard]] Heartbeat heartbeat() const override { return Heartbeat::deribit(); }
  [[nodiscard]] std::uint64_t cost(std::string_view message) const override { return rate_cost::deribit(message); }

 private:
  // Trades are numbered by instrument: `trades.BTC-PERPETUAL.raw`, but not `trades.option.any.raw`.
  [[nodiscard]] static bool is_of_one_instrument(std::string_view channel) noexcept {
    constexpr std::string_view trades = "trades.";
    if (!channel.starts_with(trades)) return false;
    channel.remove_prefix(trades.size());
    return channel.substr(0, channel.find('.')).find_first_of("-_") != std::string_view::npos &&
           !channel.starts_with("future_combo.") && !channel.starts_with("option_combo.");
  }

  // The private methods take public channels too, so one request serves a mixed batch.
  [[nodiscard]] bool is_private(std::span<const std::string> channels) const noexcept {
    const auto needs_login = [](const std::string& channel) { return channel.starts_with("user."); };
    return always_private_ || std::ranges::any_of(channels, needs_login);
  }

  bool always_private_;
};

}  // namespace

std::shared_ptr<const Dialect> Dialect::deribit(bool always_private) {
  return std::make_shared<DeribitDialect>(always_private);
}

}  // namespace zenws

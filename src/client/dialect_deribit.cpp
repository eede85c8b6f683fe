// Deribit's language.
//
// https://docs.deribit.com/api-reference/subscription-management/public-subscribe: the result lists what is subscribed;
// channels that Deribit does not know are left out of it. https://docs.deribit.com/articles/notifications: updates.
#include <algorithm>
#include <string>

#include <zenws/dialect.hpp>

#include "client/dialect_parts.hpp"
#include "json/envelope.hpp"

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
  [[nodiscard]] Reading read(const simdjson::dom::element& message) const override {
    const json::Envelope envelope = json::read_envelope(message);
    const auto channel = client::notified_channel(envelope);
    if (channel && json::as_text(envelope.method) == "subscription") {
      return {.kind = Reading::Kind::update, .channel = *channel};
    }
    return client::read_reply(envelope);
  }

 private:
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

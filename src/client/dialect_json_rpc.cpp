// The language of JSON-RPC 2.0 venues that differ in the names of two methods only.
#include <string>
#include <utility>

#include <zenws/dialect.hpp>

#include "client/dialect_parts.hpp"
#include "json/envelope.hpp"
#include "json/outgoing.hpp"

namespace zenws {

namespace {

class JsonRpcDialect final : public Dialect {
 public:
  JsonRpcDialect(std::string subscribe_method, std::string unsubscribe_method)
      : subscribe_method_{std::move(subscribe_method)}, unsubscribe_method_{std::move(unsubscribe_method)} {}

  [[nodiscard]] std::string subscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return client::channels_request(subscribe_method_, channels, id);
  }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return client::channels_request(unsubscribe_method_, channels, id);
  }
  [[nodiscard]] Result<RequestIdView> request_id(const simdjson::dom::element& request) const override {
    return json::id_of_call(request);
  }
  // Venues name their notifications differently; what they are about tells them apart.
  [[nodiscard]] Reading read(const simdjson::dom::element& message) const override {
    const json::Envelope envelope = json::read_envelope(message);
    if (const auto channel = client::notified_channel(envelope)) {
      return {.kind = Reading::Kind::update, .channel = *channel};
    }
    return client::read_reply(envelope);
  }

 private:
  std::string subscribe_method_;
  std::string unsubscribe_method_;
};

}  // namespace

std::shared_ptr<const Dialect> Dialect::json_rpc(std::string subscribe_method, std::string unsubscribe_method) {
  return std::make_shared<JsonRpcDialect>(std::move(subscribe_method), std::move(unsubscribe_method));
}

}  // namespace zenws

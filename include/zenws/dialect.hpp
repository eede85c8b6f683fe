/// \file
/// A venue's language: how to subscribe there, and what its messages mean.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/error.hpp>
#include <zenws/heartbeat.hpp>
#include <zenws/message.hpp>
#include <zenws/request.hpp>

namespace zenws {

class ClientRef;

/// Told once by a Greeting how it went.
using Authenticated = std::move_only_function<void(Result<>)>;
/// Logs in on a new connection: see Options::authenticate.
using Greeting = std::function<void(const ClientRef& client, Authenticated done)>;

/// What one inbound message means. Views live as long as the message, or until the next read() on the same thread.
struct Reading {
  /// The meanings.
  enum class Kind : std::uint8_t {
    other,      ///< None of these: delivered.
    reply,      ///< Answers a request: settles it, or is delivered as UnmatchedResponse when none is pending.
    update,     ///< Data of `channel`: delivered.
    confirmed,  ///< Says that `channel` is subscribed: delivered, and the channel confirmed. Without `channel`: that a
                ///< request is granted; settles it, or is delivered when none is pending.
    rejected,   ///< Says that `channel` is refused, `text` tells why: delivered, and the channel left out. Without
                ///< `channel`: that a request is refused; settles it, or is delivered when none is pending.
  };
  Kind kind = Kind::other;  ///< Which.
  /// Of the request that is answered. Without one it is the one that has waited longest on this connection: for venues
  /// whose answers name none, and come in order.
  std::optional<RequestIdView> id = {};
  std::string_view channel = {};  ///< Of an update; of what is confirmed or rejected, unless it is a request.
  std::string_view text = {};     ///< The server's reason.
};

/// What the reply to a subscribe or unsubscribe request says of the channels that it asked for.
struct SubscribeAnswer {
  std::vector<std::string> confirmed = {};  ///< Subscribed. A channel of the request that is not among them is refused.
  std::string reason = {};                  ///< Why, for those that are refused.
};

/// Speaks a venue's language: builds its subscribe requests, reads its messages, and knows how the venue is greeted,
/// kept alive and paid, without a connection of its own. Where Options says the same, Options wins. Derive from it for
/// a venue of your own; most need only the two requests. What it throws is contained.
///
/// Threads:  called on the loops of its clients, by several at once when they share it: hold no changing state.
/// Lifetime: held by the options of its clients.
class Dialect {
 public:
  Dialect() = default;
  virtual ~Dialect() = default;
  Dialect(const Dialect&) = delete;
  Dialect& operator=(const Dialect&) = delete;

  /// The request that subscribes to `channels` (at least one), as text. read() must find `id` in the reply, unless the
  /// venue answers in order or confirms channel by channel (Reading::Kind).
  [[nodiscard]] virtual std::string subscribe(std::span<const std::string> channels, std::int64_t id) const = 0;
  /// The request that unsubscribes from them.
  [[nodiscard]] virtual std::string unsubscribe(std::span<const std::string> channels, std::int64_t id) const = 0;
  /// The id of a whole request that the user gives to Client::request; by the same in Reading::id its answer is known.
  /// Default: `id`, an integer of 64 bits or a string, of whatever object; JSON-RPC's languages, Deribit's with them,
  /// want a `method` too. Threads: any. Errors: of the request, which is not sent then.
  [[nodiscard]] virtual Result<RequestIdView> request_id(const simdjson::dom::element& request) const;
  /// What a message means. Default: an object with `id` and `result` or `error`, without `method`, is a reply; all
  /// else is other. Name updates too, so that a channel's silence can be told.
  [[nodiscard]] virtual Reading read(const simdjson::dom::element& message) const;
  /// The number of an update, by which it is known when two connections bring it (see Client::rotate): the same on
  /// both, and growing within a channel. Asked only of what read() calls an update, and only during a rotation.
  /// nullopt, the default: it has none, and is delivered from both.
  [[nodiscard]] virtual std::optional<std::uint64_t> update_id(const simdjson::dom::element& update) const;
  /// What the reply to subscribe(asked) says. Default: `result` that is a list of texts confirms those of them that
  /// were asked; another `result` confirms all; `error` confirms none, its `message` and `code` are the reason. Asked
  /// only of what read() calls a reply.
  [[nodiscard]] virtual SubscribeAnswer answer(const simdjson::dom::element& reply,
                                               std::span<const std::string> asked) const;
  /// What logs a new connection in before its channels are restored, unless there is Options::authenticate. Empty, the
  /// default: nothing does. Asked by the thread that connects; what it throws is connect()'s errc::invalid_config.
  [[nodiscard]] virtual Greeting greet() const;
  /// The venue's heartbeat, unless there is Options::heartbeat: what is sent each interval, and what answers it.
  /// Default: none. Asked as greet() is.
  [[nodiscard]] virtual Heartbeat heartbeat() const;
  /// Tokens that a message costs in Options::rate_limiter, unless its RateLimiterOptions::request_cost is another than
  /// rate_cost::by_dialect. `message`: its text, or the bytes of a binary one. Default: 1. Called by the thread that
  /// sends; what it throws makes the call fail with errc::invalid_config.
  [[nodiscard]] virtual std::uint64_t cost(std::string_view message) const;

  /// Deribit's, with Heartbeat::deribit and rate_cost::deribit: `public/subscribe`, or `private/subscribe` when a
  /// channel of the request needs it (`user.…`), or always: for other channels that need a login, such as
  /// `block_rfq.…`.
  ///
  /// See: https://docs.deribit.com/#public-subscribe, https://docs.deribit.com/#private-subscribe
  [[nodiscard]] static std::shared_ptr<const Dialect> deribit(bool always_private = false);
  /// Binance's market streams, with Heartbeat::binance and rate_cost::binance: `SUBSCRIBE`; updates named by combined
  /// streams (`{"stream":…,"data":…}`) or by their event type and symbol (`btcusdt@trade`).
  ///
  /// Raw streams do not tell an update speed or a partial depth (`btcusdt@depth@100ms`, `btcusdt@depth5`): connect to
  /// `/stream` when those are to be told apart.
  /// See: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
  [[nodiscard]] static std::shared_ptr<const Dialect> binance();
  /// A JSON-RPC 2.0 venue's that takes `{"channels":[…]}` by methods of these names and sends updates as notifications
  /// with `params.channel`.
  [[nodiscard]] static std::shared_ptr<const Dialect> json_rpc(std::string subscribe_method,
                                                               std::string unsubscribe_method);
};

}  // namespace zenws

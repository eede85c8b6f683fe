/// \file
/// The WebSocket client: connect, send_message, request, subscribe, get_state, receive, close.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/error.hpp>
#include <zenws/message.hpp>
#include <zenws/options.hpp>
#include <zenws/pending_call.hpp>
#include <zenws/request.hpp>
#include <zenws/state.hpp>

namespace zenws {

namespace client {
class Engine;
struct Access;
}  // namespace client

/// A client's numbers at one moment. Counters count since the client was made, over all of its connections.
struct StateMetrics {
  State state = State::disconnected;        ///< As get_state().
  std::uint64_t epoch = 0;                  ///< Of the present connection: those so far, rotations included.
  std::uint64_t reconnects = 0;             ///< Connections after the first, rotations apart.
  std::uint64_t restarts = 0;               ///< By its supervisor.
  std::uint64_t rotations = 0;              ///< Connections that were replaced without a gap.
  std::uint64_t rotation_failures = 0;      ///< Attempts at that which failed, to be tried again.
  std::uint64_t repeated_updates = 0;       ///< Updates that both connections of a rotation brought.
  std::uint64_t subscriptions_size = 0;     ///< Channels desired.
  std::uint64_t confirmed_size = 0;         ///< Channels that the server confirmed on this connection.
  std::uint64_t pending_requests_size = 0;  ///< Requests without their answer.
  std::uint64_t state_memory = 0;           ///< Bytes that the client holds, estimated: its objects, queues and tables.
  std::uint64_t messages_in = 0;            ///< Data messages received, heartbeats apart.
  std::uint64_t messages_out = 0;           ///< Data messages accepted for sending.
  std::uint64_t bytes_in = 0;               ///< Bytes read from the stream, after TLS.
  std::uint64_t bytes_out = 0;              ///< Bytes taken by the kernel or TLS.
  std::uint64_t compressed_bytes_in = 0;    ///< Bytes of messages that came compressed, as they came.
  std::uint64_t uncompressed_bytes_in = 0;  ///< The same inflated.
  std::uint64_t compressed_bytes_out = 0;   ///< Bytes of messages that were compressed for sending, as they go.
  std::uint64_t uncompressed_bytes_out = 0;  ///< The same before.
  std::uint64_t send_queue_bytes = 0;        ///< Bytes not yet taken.
  std::uint64_t mailbox_size = 0;            ///< Messages waiting for receive().
  std::uint64_t mailbox_bytes = 0;           ///< Bytes of those.
  std::uint64_t handover_bytes = 0;          ///< Bytes that a rotation holds back, see Options::handover_bytes.
  std::uint64_t dropped_on_disconnect = 0;   ///< Messages accepted but not written when the connection ended.
  std::uint64_t dropped_mailbox = 0;         ///< Messages dropped by Options::mailbox_overflow.
  std::uint64_t dropped_on_close = 0;        ///< Messages that arrived after close() was called.
  std::uint64_t dropped_in_limiter = 0;      ///< Messages that waited for tokens until they could not be sent any more.
  std::uint64_t handler_failures = 0;        ///< Exceptions out of the handler or a callback.
  std::uint64_t heartbeat_failures = 0;      ///< Heartbeats missed.
  std::uint64_t request_timeouts = 0;        ///< Requests that ended with errc::timeout.
  std::uint64_t unmatched_responses = 0;     ///< Answers that no request waited for.
  std::uint64_t rejected_subscriptions = 0;  ///< Channels refused for good.
  std::uint64_t recorder_written = 0;        ///< Lines written to Options::record_to.
  std::uint64_t recorder_dropped = 0;      ///< Entries left out of it: RecordOptions::memory_limit, or a failing disk.
  std::uint64_t recorder_errors = 0;       ///< Attempts to write that failed.
  std::uint64_t recorder_queue_bytes = 0;  ///< Bytes that wait to be written: how far the recording is behind.
  /// Failures that count against its health: attempts, lost connections, missed heartbeats, requests that timed out,
  /// messages that found the send queue full. Each for a minute; every answer to a request or heartbeat halves them.
  std::uint64_t recent_failures = 0;
};

/// Round trips of requests and heartbeats: the last Options::latency_buffer_size of them.
struct LatencyStats {
  std::optional<std::int64_t> p50 = {};      ///< Median, milliseconds; empty without samples.
  std::optional<std::int64_t> p99 = {};      ///< 99th percentile, milliseconds.
  std::optional<std::int64_t> last = {};     ///< The newest, milliseconds.
  std::uint64_t count = 0;                   ///< Samples in the window.
  std::optional<std::int64_t> p50_us = {};   ///< Median, microseconds.
  std::optional<std::int64_t> p99_us = {};   ///< 99th percentile, microseconds.
  std::optional<std::int64_t> last_us = {};  ///< The newest, microseconds.
};

/// How a subscribe ended, channel by channel.
struct Subscribed {
  /// A channel that the server refused.
  struct Rejected {
    std::string channel;  ///< Which.
    Error error;          ///< errc::subscription_rejected, with the server's reason as detail, or errc::timeout.
  };
  std::vector<std::string> confirmed = {};  ///< Those that the server confirmed.
  std::vector<Rejected> rejected = {};      ///< The others.
};

/// A WebSocket client that stays connected.
///
/// A cheap, copyable handle to one logical connection. Messages arrive at Options::handler, in order, or wait in
/// the mailbox for receive().
///
/// Threads:  any thread may call any function, also inside the handler.
/// Lifetime: dropping the last handle closes the connection gracefully, in the background; no callback runs any more
///           once it returned (it waits for one that is running, at most Options::close_timeout).
/// RFC:      6455 §4–§7.  See: examples/01_connect.cpp, docs/guide/README.md, docs/guide/reconnect.md
class Client {
 public:
  /// Connects, and blocks until the connection is open or has finally failed: one attempt and up to
  /// Options::retry_count retries with backoff. Fatal errors (401, a bad certificate) are not retried.
  ///
  /// `url`: ws:// or wss://, with optional userinfo (sent as Basic authorization), port, path and query; may be empty
  /// with Options::endpoint_provider, whose answer is used instead.
  /// Errors: the last attempt's own error; errc::max_reconnection_attempts with that inside when every retry was
  /// used; errc::invalid_config; errc::would_deadlock from a loop's thread.
  [[nodiscard]] static Result<Client> connect(std::string_view url, Options options = {});

  /// Queues one text message, in order; never blocks. Whoever finds the socket idle writes it at once.
  ///
  /// Errors: errc::not_connected (the detail names the state), errc::send_queue_full, errc::message_too_big,
  /// errc::invalid_utf8; nothing was sent then. Ok means accepted: should the connection end before the kernel takes
  /// it, it is dropped and counted. With Options::rate_limiter also errc::queue_full, and errc::invalid_config for a
  /// message that costs more than the bucket holds; Ok may then mean that it waits for tokens, to be sent on this
  /// connection or dropped and counted.
  [[nodiscard]] Result<> send_message(std::string_view text);
  /// Queues one binary message. Errors: as send_message, without invalid_utf8.
  [[nodiscard]] Result<> send_binary(std::span<const std::byte> bytes);
  /// Sends a ping now (RFC 6455 §5.5.2); its pong is consumed. Errors: as send_binary.
  [[nodiscard]] Result<> ping();

  /// Sends a request and waits for its answer.
  ///
  /// `request`: a method's name, sent as JSON-RPC 2.0 with `params` (a JSON object or array as text) and an id of the
  /// library's; or a whole request, a JSON object with an `id` of yours, as Options::dialect wants it
  /// (Dialect::request_id: JSON-RPC's, and so the default, want a `method` too). `timeout`: without one,
  /// Options::request_timeout.
  /// Errors: errc::timeout; errc::disconnected when the connection ends first (the request may have been carried out;
  /// it is never sent again); errc::closed; errc::duplicate_request_id while one with that id is pending (nothing was
  /// sent); errc::invalid_config for a request without id or valid JSON, or the dialect's; errc::mailbox_full when its
  /// answer cannot be read, for Options::mailbox_bytes wait for receive(); errc::would_deadlock from the loop's thread
  /// (use async_request); send_message's errors. An `error` of the server's is an answer: see
  /// json_rpc::match_response. Late answers are UnmatchedResponse.
  [[nodiscard]] Result<Response> request(std::string_view request, std::string_view params = {},
                                         std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  /// Wants channels: sends the dialect's request now, and again after each reconnect. Ok means desired, not confirmed.
  ///
  /// While reconnecting, it is sent after the reconnect (with Options::restore_subscriptions; without, not_connected).
  /// A channel that the server refuses is told by SubscriptionRejected and not desired any more; one that it does not
  /// answer for stays desired.
  /// Errors: errc::invalid_config for no channel or an empty one; errc::closed when the client has ended.
  [[nodiscard]] Result<> subscribe(std::vector<std::string> channels);
  /// The same, and waits for the server's answer: the channels that were confirmed and those that were not.
  ///
  /// Those that were not answered in time are among the rejected, with errc::timeout; they stay desired.
  /// Errors, when none was confirmed: errc::subscription_rejected; errc::timeout; errc::disconnected; errc::closed;
  /// errc::would_deadlock from the loop's thread (use async_subscribe); subscribe's.
  [[nodiscard]] Result<Subscribed> subscribe_and_wait(std::vector<std::string> channels,
                                                      std::optional<std::chrono::milliseconds> timeout = std::nullopt);
  /// Wants channels no more: they are not restored, and the server is told. Errors: as subscribe.
  [[nodiscard]] Result<> unsubscribe(std::vector<std::string> channels);

  /// Replaces the connection by a fresh one without a gap, in the background; Ok means begun, or under way already.
  ///
  /// The new connection is opened, logs in (Options::authenticate) and has every channel confirmed while the present
  /// one serves. Then all that is sent goes there; the old one stays until its requests are answered, at most
  /// request_timeout, and is closed by a handshake. Updates come in order, none lost; those that have an id
  /// (Dialect::update_id) come once, others may come twice. Rotated tells when it is done; state, on_connect and
  /// on_disconnect know nothing of it. An attempt that fails is logged and tried again with backoff, while the present
  /// connection serves; it is given up when that one ends.
  /// See: Options::max_age, docs/guide/rotation.md. Errors: errc::not_connected.
  [[nodiscard]] Result<> rotate();

  /// Calls `f` once on the client's loop, soon: after what was posted before it, between two calls of the handler; on
  /// the loop itself after the present callback. Needs no connection: it is called while the client reconnects too.
  ///
  /// `f` must not block, and may be of a type that can only be moved. What it throws is contained: logged, and counted
  /// in StateMetrics::handler_failures. Ok means that it is called, unless the client ends before its turn: once
  /// close() was called, the last handle has gone, the client has ended by itself or its runtime has, no posted
  /// function begins any more, and those that wait are destroyed uncalled, on the loop or on the thread that ends the
  /// runtime. A `f` that holds a Client keeps it open until then: hold a ClientRef. What waits is not bounded.
  /// Errors: errc::closed when the client has ended; errc::invalid_config for an empty function. `f` is destroyed then.
  [[nodiscard]] Result<> post(std::move_only_function<void()> f);
  /// Calls `f` once on the client's loop, `delay` from now or soon after, unless what it returns is destroyed or
  /// cancelled before. A delay that is not positive: soon.
  ///
  /// The time goes on over reconnects and restarts. Else the same holds as for post(), its end and errors included.
  [[nodiscard]] Result<PendingCall> call_after(std::chrono::milliseconds delay, std::move_only_function<void()> f);
  /// True on the thread of the client's loop, which calls the handler and all callbacks: what blocks answers
  /// errc::would_deadlock there. Never blocks.
  [[nodiscard]] bool is_on_loop() const noexcept;

  /// What the client is doing now. Never blocks, takes no lock.
  [[nodiscard]] State get_state() const noexcept;
  /// The client's numbers. Never blocks.
  [[nodiscard]] StateMetrics get_state_metrics() const noexcept;
  /// Percentiles of round trips. Never blocks. Cost: sorts the window.
  [[nodiscard]] LatencyStats get_latency_stats() const;
  /// How the heartbeat does. Never blocks.
  [[nodiscard]] HeartbeatHealth get_heartbeat_health() const noexcept;
  /// The client's id, unique in the process and the same for its whole life.
  [[nodiscard]] std::uint64_t id() const noexcept;

  /// Takes the oldest message from the mailbox; waits up to `timeout` for one, without it as long as it takes.
  ///
  /// Errors: errc::timeout; errc::closed once the client has ended by close() and the mailbox is empty, or the error
  /// that ended it; errc::invalid_config when the client has a handler; errc::would_deadlock from the loop's thread.
  [[nodiscard]] Result<OwnedMessage> receive(std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  /// Closes the connection: close frame, the peer's answer within Options::close_timeout, then hard. Idempotent.
  ///
  /// No callback runs after it returned; messages that arrive meanwhile are counted and dropped, and what was posted
  /// and has not begun is dropped. On the loop's own thread (a handler) it returns at once and no callback runs after
  /// that handler. What was sent before is sent. `code`: 1000, 1001 or 3000–4999. `reason`: UTF-8, at most 123 bytes.
  /// Errors: errc::invalid_config for another code or reason (RFC 6455 §7.4), nothing happens then; errc::timeout when
  /// the loop did not come to it, because a handler blocks it.
  [[nodiscard]] Result<> close(std::uint16_t code = 1000, std::string_view reason = {});

  /// Closes this client, and connects a fresh one to the same URL with the same options, handler and callbacks.
  ///
  /// Subscriptions, pending requests (they end with errc::closed), statistics and the id are not carried over. One that
  /// a ClientSupervisor keeps is kept again, with the same ChildOptions. Errors: as connect.
  [[nodiscard]] Result<Client> reconnect();

 private:
  friend struct client::Access;
  friend class ClientRef;
  struct Handle;  // closes the engine when the last copy goes
  explicit Client(std::shared_ptr<client::Engine> engine);
  Client(std::shared_ptr<Handle> handle, std::uint64_t epoch) noexcept;
  std::shared_ptr<Handle> handle_;
  std::uint64_t epoch_ = 0;  // of the connection for which it sends; 0: the present one
};

/// Refers to a client without keeping it open: for registries, and what the handler and callbacks receive. Copyable,
/// comparable.
///
/// Threads: any.
class ClientRef {
 public:
  /// Refers to none: the id is 0, and lock() gives nothing.
  ClientRef() noexcept = default;
  /// Refers to `client`.
  ClientRef(const Client& client);  // NOLINT(google-explicit-constructor): a client is one
  /// The client's id, also when it is gone.
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  /// The client, for sending; keeps it open while held. nullopt: its last handle is gone.
  [[nodiscard]] std::optional<Client> lock() const;
  /// The same client.
  friend bool operator==(const ClientRef& a, const ClientRef& b) noexcept { return a.id_ == b.id_; }

 private:
  friend struct client::Access;
  std::uint64_t id_ = 0;
  std::uint64_t epoch_ = 0;  // of the connection for which its client sends; 0: the present one
  std::weak_ptr<Client::Handle> handle_;
  std::weak_ptr<const client::Engine> engine_;
};

}  // namespace zenws

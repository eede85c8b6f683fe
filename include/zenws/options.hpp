/// \file
/// Everything that can be set about a client. Every member has a default; validate() tells what is wrong.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <zenws/compression.hpp>
#include <zenws/dialect.hpp>
#include <zenws/error.hpp>
#include <zenws/heartbeat.hpp>
#include <zenws/message.hpp>
#include <zenws/variant_callback.hpp>

namespace zenws {

class ClientRef;
class RateLimiter;
class Runtime;

/// Options::retry_count that never gives up.
inline constexpr int unlimited = std::numeric_limits<int>::max();

/// What to do with a message that finds the mailbox full.
enum class MailboxOverflow : std::uint8_t {
  pause_reading,  ///< Stop reading from the socket until receive() makes room. Nothing is lost.
  drop_oldest,    ///< Drop the oldest message; counted in StateMetrics::dropped_mailbox.
  drop_newest,    ///< Drop the new message; counted in StateMetrics::dropped_mailbox.
  disconnect,     ///< End the connection with errc::mailbox_full.
};

/// The enumerator's name.
[[nodiscard]] std::string_view to_string(MailboxOverflow overflow) noexcept;

/// What happens when the user's handler throws.
enum class HandlerFailure : std::uint8_t {
  contain,  ///< Log it, count it, go on.
  stop,     ///< Stop the client; the error's detail is the exception's text.
};

/// The enumerator's name.
[[nodiscard]] std::string_view to_string(HandlerFailure failure) noexcept;

/// How TLS is done for wss:// URLs. Defaults: the system's trust store, peer and host verified, SNI, TLS ≥ 1.2, ALPN
/// http/1.1.
struct TlsOptions {
  std::string ca_file = {};           ///< PEM file of trusted CAs, instead of the system's store.
  std::string ca_pem = {};            ///< The same as PEM text; may be given together with ca_file.
  std::string certificate_file = {};  ///< PEM file of the client's certificate chain, for servers that ask for one.
  std::string certificate_pem = {};   ///< The same as PEM text.
  std::string key_file = {};          ///< PEM file of the client certificate's private key.
  std::string key_pem = {};           ///< The same as PEM text.
  std::string server_name = {};       ///< Name for SNI and the host check, instead of the URL's host; no leading dot.
  /// Base64 SHA-256 of accepted public keys (RFC 7469 §2.4); empty = no pinning.
  std::vector<std::string> pinned_spki_sha256 = {};
  bool insecure_skip_verify = false;  ///< Accept any certificate. Logged as a warning. For experiments only.
  friend bool operator==(const TlsOptions&, const TlsOptions&) = default;
};

/// How a client's traffic is recorded; see Options::record_to.
struct RecordOptions {
  /// Start a new file when this one has so many bytes: session.jsonl becomes session.jsonl.1, that one .2, and so on.
  /// Zero = never.
  std::uint64_t rotate_at = 0;
  /// Old files kept when rotating; the oldest is removed.
  int rotated_files = 5;
  /// Have the disk confirm every write (fdatasync): for recordings that must survive a power failure. Slow disks then
  /// fall behind sooner.
  bool fsync = false;
  /// Members of JSON messages and close reasons, at any depth, whose value is recorded as "[REDACTED]". Capitals, `_`
  /// and `-` do not matter: access_token is accessToken and ACCESS-TOKEN too.
  // A braced list on purpose: GCC 12 then refuses options that are written in the arguments of a co_await ("array used
  // as initializer"). Without it they compile, and their strings are destroyed where they never were.
  std::vector<std::string> redacted_keys = {"client_secret", "access_token", "refresh_token", "signature"};
  /// Most bytes that may wait for the disk. What does not fit is left out of the recording, counted, and told in it.
  std::size_t memory_limit = std::size_t{64} << 20U;
  friend bool operator==(const RecordOptions&, const RecordOptions&) = default;
};

/// What a client is, for people and their tools: one of Options::labels.
struct Label {
  std::string key = {};    ///< As Prometheus wants it: `[a-zA-Z_][a-zA-Z0-9_]*`, at most 128 bytes.
  std::string value = {};  ///< UTF-8, at most 128 bytes. Not a secret.
  friend bool operator==(const Label&, const Label&) = default;
};

/// The connection is open.
struct Connected {
  std::uint64_t epoch;                     ///< 1 for the first connection, +1 for each later one.
  std::chrono::microseconds connect_time;  ///< This attempt, from resolve to 101.
  std::string subprotocol;                 ///< The one the server chose, or empty.
};
/// The connection is lost.
struct Disconnected {
  Error error;               ///< Why.
  std::uint16_t close_code;  ///< The peer's, 1005 when it gave none, 1006 when no close frame came.
};
/// A new attempt is coming.
struct Reconnecting {
  int attempt;                      ///< 1 for the first retry.
  std::chrono::milliseconds delay;  ///< Until it starts.
  Error error;                      ///< Why the last one ended.
};
/// The client has ended by itself, and its ClientSupervisor starts it again, with all retries.
struct Restarting {
  std::uint64_t restart;            ///< 1 for the first restart.
  std::chrono::milliseconds delay;  ///< Until it starts.
  Error error;                      ///< Why it ended.
};
/// A younger connection has taken over from one that is closed, without a gap: the client was connected all the while.
struct Rotated {
  std::uint64_t epoch;                     ///< Of the new connection.
  std::chrono::microseconds connect_time;  ///< Its attempt, from resolve to 101.
  std::chrono::microseconds overlap;       ///< How long both were open.
  std::uint64_t repeated;                  ///< Updates that both brought and that were delivered once.
};
/// Connected, but these channels bring no data: not confirmed yet after a reconnect, or silent for too long.
struct Degraded {
  std::vector<std::string> channels;  ///< Being subscribed again.
};
/// No channel is missing any more.
struct Restored {
  std::vector<std::string> channels;  ///< Confirmed since Degraded.
};
/// The server refused a channel for good: at once when it was new, after three retries when it was being restored. It
/// is not desired any more.
struct SubscriptionRejected {
  std::string channel;  ///< Which.
  Error error;          ///< errc::subscription_rejected with the server's reason, or errc::timeout.
};
/// The client has ended; nothing follows.
struct Stopped {
  Error error;  ///< errc::closed after close().
};
/// What Options::on_lifecycle receives.
using Lifecycle = std::variant<Connected, Disconnected, Reconnecting, Restarting, Rotated, Degraded, Restored,
                               SubscriptionRejected, Stopped>;

/// Where one attempt to connect goes, and with what: what Options::endpoint_provider returns.
struct Endpoint {
  std::string url = {};                        ///< As Client::connect's.
  std::vector<Header> headers = {};            ///< Instead of Options::headers.
  std::vector<std::string> subprotocols = {};  ///< Instead of Options::subprotocols.
};
/// Called before each attempt, also the first. `attempt`: 0 for the first, n for the n-th retry; `last`: why the last
/// one ended, or null. An error counts as the attempt's own; what it throws does too, as errc::invalid_config.
using EndpointProvider = std::function<Result<Endpoint>(int attempt, const Error* last)>;

/// For the library's own use: see VariantCallback.
template <>
struct Alternatives<Lifecycle> {
  /// Always true: what lacks one does not compile.
  template <class F, class... First>
  static consteval bool all_taken_by() {
    static_assert(takes<F, Connected, First...>, "zenws: the function for lifecycle events does not take Connected");
    static_assert(takes<F, Disconnected, First...>,
                  "zenws: the function for lifecycle events does not take Disconnected");
    static_assert(takes<F, Reconnecting, First...>,
                  "zenws: the function for lifecycle events does not take Reconnecting");
    static_assert(takes<F, Restarting, First...>, "zenws: the function for lifecycle events does not take Restarting");
    static_assert(takes<F, Rotated, First...>, "zenws: the function for lifecycle events does not take Rotated");
    static_assert(takes<F, Degraded, First...>, "zenws: the function for lifecycle events does not take Degraded");
    static_assert(takes<F, Restored, First...>, "zenws: the function for lifecycle events does not take Restored");
    static_assert(takes<F, SubscriptionRejected, First...>,
                  "zenws: the function for lifecycle events does not take SubscriptionRejected");
    static_assert(takes<F, Stopped, First...>, "zenws: the function for lifecycle events does not take Stopped");
    return takes<F, Connected, First...> && takes<F, Disconnected, First...> && takes<F, Reconnecting, First...> &&
           takes<F, Restarting, First...> && takes<F, Rotated, First...> && takes<F, Degraded, First...> &&
           takes<F, Restored, First...> && takes<F, SubscriptionRejected, First...> && takes<F, Stopped, First...>;
  }
};

/// The user's function for messages: takes `const Message&`, or each alternative (see overloaded); before it, where it
/// wants to answer, `const ClientRef&`, the client that the message came to.
///
/// Called on the client's loop, one call at a time. Must not block: all clients of the loop wait for it.
using Handler = VariantCallback<void, Message, const ClientRef&>;

/// The user's function for lifecycle events: takes `const Lifecycle&`, or each alternative (see overloaded). Called as
/// Handler is.
using LifecycleHandler = VariantCallback<void, Lifecycle>;

/// Everything about one client, in the order in which it is validated. Durations, here and wherever the library takes
/// one, may be as long as they like: what is longer than a hundred years counts as a hundred years.
struct Options {
  /// Bound of one attempt, from resolve to 101. Raise it for slow proxies.
  std::chrono::milliseconds timeout{5000};
  /// Retries after the first attempt and after each loss; `unlimited` never gives up.
  int retry_count = 3;
  /// First delay of the backoff.
  std::chrono::milliseconds retry_delay{1000};
  /// Interval of heartbeats.
  std::chrono::milliseconds heartbeat_interval{30'000};
  /// Longest delay of the backoff.
  std::chrono::milliseconds max_backoff{30'000};
  /// Bound of a request.
  std::chrono::milliseconds request_timeout{30'000};
  /// Samples kept for latency percentiles.
  int latency_buffer_size = 100;
  /// Headers for the upgrade, for example Authorization. Not those of the handshake itself.
  std::vector<Header> headers = {};
  /// Write debug lines to the logger (see set_logger).
  bool debug = false;
  /// Reconnect after a recoverable loss.
  bool reconnect_on_error = true;
  /// Subscribe again after a reconnect to what was desired.
  bool restore_subscriptions = true;
  /// How a dead connection is found out, for example Heartbeat::ping_pong(20s). Set one in production, or a
  /// dialect that has one: that one's holds when this is disabled.
  Heartbeat heartbeat = {};
  /// Heartbeats in a row that may stay unanswered before the connection is dropped; zero = only count them.
  int max_missed_heartbeats = 2;
  /// Drop the connection when no byte came for so long; zero = off. For feeds that never pause.
  std::chrono::milliseconds idle_timeout{0};
  /// Share of each delay drawn at random, 0–1, so that many clients do not come back at once.
  double jitter = 0.2;
  /// A connection that lives shorter does not reset the retry counter.
  std::chrono::milliseconds stable_after{5000};
  /// Bound of connect() as a whole, attempts and delays together; zero = none.
  std::chrono::milliseconds connect_deadline{0};
  /// Rotate a connection once it is so old, or up to `jitter` earlier, as Client::rotate() does; zero = off. For venues
  /// that end connections by their age, such as Binance after 24 hours.
  std::chrono::milliseconds max_age{0};
  /// How long to wait for the peer's close frame before closing hard.
  std::chrono::milliseconds close_timeout{2000};
  /// Largest inbound message in bytes; a larger one ends the connection with close 1009.
  std::size_t max_message_size = std::size_t{16} << 20U;
  /// Most bytes that may wait for the kernel; a message that does not fit is refused whole with send_queue_full, one
  /// that never can with message_too_big.
  std::size_t send_queue_limit = std::size_t{16} << 20U;
  /// Most messages in the mailbox (clients without a handler). While a request is pending, reading goes on beyond it,
  /// up to mailbox_bytes: its answer may be behind them.
  std::size_t mailbox_limit = 10'000;
  /// Most bytes of messages in the mailbox, or one message more. A request that is pending when they are reached ends
  /// with errc::mailbox_full.
  std::size_t mailbox_bytes = std::size_t{64} << 20U;
  /// What happens at these bounds, whichever comes first.
  MailboxOverflow mailbox_overflow = MailboxOverflow::pause_reading;
  /// Most bytes that a rotation holds back (see Client::rotate), or one message: updates of the new connection until
  /// the old one has ended, and the names of channels. Beyond it the new connection is given up, counted in
  /// StateMetrics::rotation_failures, and tried again; once it serves, it is not read until the old one has ended.
  std::size_t handover_bytes = std::size_t{16} << 20U;
  /// Record everything on the wire to this file, as JSON lines (docs/format/recording.md); empty = do not. Appended to,
  /// made with mode 0600, one client a file: connect() refuses one that another client of the process records to
  /// (errc::recorder_failed), a folder, a symbolic link, and what is no file (errc::invalid_config). One that was there
  /// and open to others is made its owner's only, with a warning in the log. A disk that fails later is
  /// reported, counted and tried again; the client is never slowed by it.
  std::string record_to = {};
  /// How that is done.
  RecordOptions record = {};
  /// Parse text frames as JSON; false delivers each as TextMessage.
  bool decode_json = true;
  /// TLS, for wss:// URLs.
  TlsOptions tls = {};
  /// Subprotocols offered, in order of preference (RFC 6455 §1.9).
  std::vector<std::string> subprotocols = {};
  /// permessage-deflate (RFC 7692), off by default: Compression::enabled offers it.
  Compression compression = {};
  /// Most time between the first fragment of a message and its last; one that takes longer ends the connection with
  /// close 1008. Zero = no bound. A message of one frame is bounded by the heartbeat: nothing can come between its
  /// bytes.
  std::chrono::milliseconds message_timeout{60'000};
  /// Gives each attempt its URL, headers and subprotocols: fresh tokens on reconnect, other hosts in turn. Called on
  /// the loop: must not block. With it the URL given to connect may be empty.
  EndpointProvider endpoint_provider = {};
  /// Receives messages on the client's loop. Without one they wait in the mailbox for receive().
  Handler handler = {};
  /// What happens when the handler throws.
  HandlerFailure handler_failure = HandlerFailure::contain;
  /// Receives lifecycle events on the client's loop, in order with the messages.
  LifecycleHandler on_lifecycle = {};
  /// Called on the loop whenever the client has become connected, after Connected: join a registry.
  std::function<void(const ClientRef&)> on_connect = {};
  /// Called on the loop once for each on_connect, as soon as the client is not connected any more, also by close() or
  /// when its last handle goes: leave the registry.
  std::function<void(const ClientRef&)> on_disconnect = {};
  /// Decides whether an error is worth a retry, instead of classify(); nullopt leaves it to classify(). Asked on the
  /// loop, once for each attempt that failed and each loss.
  std::function<std::optional<Severity>(const Error&)> retry_policy = {};
  /// Logs in on each new connection, before it counts as connected and before subscriptions are restored. Called on the
  /// loop; send what is needed with the client (async_request) and call the Authenticated once, on any thread, within
  /// request_timeout. A fatal error (errc::unauthorized) ends the client, another drops the connection, to be retried.
  /// What is sent through this ClientRef goes to the connection that is being opened, also while another one serves
  /// (see Client::rotate); a rotation whose login fails is tried again.
  /// Empty: the dialect's, if it has one.
  Greeting authenticate = {};
  /// The venue's language; null: subscribing is said and messages are read as by Dialect::deribit(), without its
  /// heartbeat and costs.
  std::shared_ptr<const Dialect> dialect = {};
  /// Most channels in one subscribe request.
  std::size_t subscribe_batch_size = 100;
  /// Pause between two subscribe requests.
  std::chrono::milliseconds subscribe_batch_delay{0};
  /// Subscribe a channel again when it brought no data for so long, and reconnect when that does not help; zero = off.
  /// The dialect must name the updates' channels.
  std::chrono::milliseconds silence_timeout{0};
  /// Messages, requests and subscriptions wait here for their tokens, heartbeats do not. May be shared by many clients.
  std::shared_ptr<RateLimiter> rate_limiter = {};
  /// Where the client lives; null = Runtime::shared().
  Runtime* runtime = nullptr;
  /// What people call the client: told beside its id by log lines, telemetry, metrics and recordings. UTF-8 without
  /// control characters, at most 128 bytes; empty = none. Not a secret, and need not be the only one of its kind.
  std::string name = {};
  /// More of that, for tools: told by telemetry, metrics and recordings as `label_KEY`. At most 16, each key once.
  std::vector<Label> labels = {};
};

/// Checks a URL and options by the rules of the contract, first failure wins. The URL may be empty where
/// Options::endpoint_provider gives one.
///
/// Errors: errc::invalid_config in phase config, with the broken rule as detail. Threads: any.
[[nodiscard]] Result<> validate(std::string_view url, const Options& options);

/// The options as text for people, all of them; every secret prints as `[REDACTED]`: values of headers, names that
/// may be values, subprotocols, PEM text. Threads: any.
[[nodiscard]] std::string to_string(const Options& options);

}  // namespace zenws

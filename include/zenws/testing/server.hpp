/// \file
/// A real WebSocket server on loopback for users' own tests: scriptable, with faults, plain or TLS.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <zenws/compression.hpp>
#include <zenws/error.hpp>

namespace zenws {
class Runtime;
}

namespace zenws::testing {

/// One message that a client sent.
struct ReceivedMessage {
  std::uint64_t connection = 0;  ///< 1 for the first connection the server accepted, +1 for each later one.
  bool binary = false;           ///< Binary or text.
  std::string payload;           ///< Its bytes.
  friend bool operator==(const ReceivedMessage&, const ReceivedMessage&) = default;
};

/// What a client's upgrade request said.
struct UpgradeSeen {
  std::string target;                     ///< Path and query.
  std::vector<Header> headers;            ///< All of them, as sent.
  std::vector<std::string> subprotocols;  ///< Offered.
  std::uint64_t connection = 0;           ///< As ReceivedMessage::connection.
};

/// What the server does with one message: the replies it sends back on the same connection, in order.
struct Reply {
  bool binary = false;  ///< Binary or text.
  std::string payload;  ///< Its bytes.
};
/// The user's own behaviour, called on the server's thread with each message. It may call the server, also stop() it.
/// What it throws is logged and closes the connection with 1011.
using Script = std::function<std::vector<Reply>(const ReceivedMessage& message)>;
/// A Script: sends back every message as it came.
[[nodiscard]] std::vector<Reply> exact_echo(const ReceivedMessage& message);

/// What goes wrong, for every connection accepted from now on; members combine. The default is a well-behaved server.
struct Faults {
  /// Answer the upgrade with this instead of 101, for example {.status = 401, .reason = "Unauthorized"}.
  std::optional<HttpResponse> refuse_upgrade = {};
  /// Send a wrong Sec-WebSocket-Accept.
  bool wrong_accept_key = false;
  /// Choose a subprotocol whether or not it was offered.
  std::string force_subprotocol = {};
  /// Wait before answering the upgrade; a very long time = never answer it.
  std::chrono::milliseconds delay_upgrade{0};
  /// Wait before each outgoing message.
  std::chrono::milliseconds delay_messages{0};
  /// Send each message in frames of at most this many payload bytes; zero = whole.
  std::size_t fragment_size = 0;
  /// Bytes sent raw right after the 101, in the same write: bad frames, or good ones.
  std::string raw_after_upgrade = {};
  /// Stop reading and writing after the 101, keeping the socket open.
  bool stall = false;
  /// End the connection by RST in place of the answer to the message of this number; zero = never.
  std::size_t drop_after_messages = 0;
  /// Accept the TCP connection and close it at once.
  bool accept_then_close = false;
  /// Do not answer the client's close frame.
  bool ignore_close = false;
};

/// How simulate_disconnect() ends the connections.
struct Disconnect {
  /// A close frame with `code`, then the TCP connection after the client's answer.
  static Disconnect normal() { return {1000, {}, Kind::close}; }
  /// Close 1001.
  static Disconnect going_away() { return {1001, {}, Kind::close}; }
  /// A close frame with a code and reason of your choice.
  static Disconnect code(std::uint16_t value, std::string why = {}) { return {value, std::move(why), Kind::close}; }
  /// RST.
  static Disconnect abrupt() { return {1006, {}, Kind::abrupt}; }
  /// Silence: the socket stays open, bytes are swallowed, nothing is ever answered.
  static Disconnect half_open() { return {1006, {}, Kind::half_open}; }

  /// The kinds.
  enum class Kind : std::uint8_t { close, abrupt, half_open };
  std::uint16_t close_code;  ///< For Kind::close.
  std::string reason;        ///< For Kind::close.
  Kind kind;                 ///< Which.
};

/// What assert_message_sent() looks for. Implicit from: text (exact), std::regex (search), a predicate; JSON by
/// json_subset().
class Matcher {
 public:
  /// The payload is exactly `text`.
  Matcher(std::string text);  // NOLINT(google-explicit-constructor): the usage rules' spelling
  /// The payload is exactly `text`.
  Matcher(const char* text);  // NOLINT(google-explicit-constructor)
  /// The pattern occurs in the payload.
  Matcher(std::regex pattern);  // NOLINT(google-explicit-constructor)
  /// `predicate` says yes.
  Matcher(std::function<bool(const ReceivedMessage&)> predicate);  // NOLINT(google-explicit-constructor)
  /// The same of a lambda.
  template <std::predicate<const ReceivedMessage&> F>
  Matcher(F predicate)  // NOLINT(google-explicit-constructor)
      : Matcher(std::function<bool(const ReceivedMessage&)>{std::move(predicate)}) {}
  /// True when `message` matches.
  [[nodiscard]] bool matches(const ReceivedMessage& message) const { return predicate_(message); }
  /// For the failure text.
  [[nodiscard]] const std::string& description() const noexcept { return description_; }

 private:
  friend Matcher json_subset(std::string_view json);
  Matcher(std::string description, std::function<bool(const ReceivedMessage&)> predicate);
  std::string description_;
  std::function<bool(const ReceivedMessage&)> predicate_;
};
/// Matches a JSON message that holds at least what `json` holds, deep: objects by subset, arrays and scalars exactly.
/// Numbers are 64 bits or a double: a message with one beyond does not match.
/// Requires: `json` is such JSON; otherwise nothing matches and the description says so.
[[nodiscard]] Matcher json_subset(std::string_view json);

/// How a server is started.
struct ServerOptions {
  std::uint16_t port = 0;  ///< 0 = any free one.
  /// An IPv4 address of this machine to listen on, in place of loopback's: for clients that come over a network.
  /// Anybody who reaches it is served.
  std::string address = "127.0.0.1";
  bool tls = false;  ///< Serve wss:// with a certificate for localhost, 127.0.0.1 and ::1 from the server's own CA.
  std::string certificate_host = {};           ///< With tls: name in the certificate instead of those.
  bool certificate_expired = false;            ///< With tls: a certificate that was valid yesterday.
  Script script = {};                          ///< Empty: `ping` → `pong`, other text → `echo: TEXT`, binary echoed.
  std::vector<std::string> subprotocols = {};  ///< Spoken; the first of the client's offers found here is chosen.
  /// permessage-deflate: when enabled, taken as far as both sides want it. Messages are compressed whole, then cut as
  /// Faults::fragment_size says.
  Compression compression = {};
  /// Most messages kept for received(), and never more than 256 MiB of them; the oldest go first.
  std::size_t received_limit = 100'000;
  Faults faults = {};  ///< From the start; see Server::set_faults.
  /// The runtime on whose loop it lives, until it stops; null: on a thread of its own.
  Runtime* runtime = nullptr;
  /// Called on the server's thread with the number of a connection that is open now; what it throws is logged.
  std::function<void(std::uint64_t connection)> on_open = {};
  /// Called once for each on_open, when that connection has left the wire. One that simulate_disconnect() made
  /// half-open never leaves by itself.
  std::function<void(std::uint64_t connection)> on_end = {};
  /// Called on the server's thread with each upgrade request; what it returns refuses it. What it throws is logged, and
  /// refuses nothing.
  std::function<std::optional<HttpResponse>(const UpgradeSeen& upgrade)> on_upgrade = {};
  /// Called on the server's thread with each ping of a client, which has been answered; what it throws is logged.
  std::function<void(std::uint64_t connection, std::string_view payload)> on_ping = {};
  /// The same with each pong.
  std::function<void(std::uint64_t connection, std::string_view payload)> on_pong = {};
};

/// The server. It stops, by force, when destroyed.
///
/// Threads: any thread may call any function; scripts run on the server's own thread.
class Server {
 public:
  /// Starts listening; ready for clients when it returns. Errors: the system's, when address and port cannot be had;
  /// invalid_config for compression that makes no sense.
  [[nodiscard]] static Result<Server> start(ServerOptions options = {});
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();

  /// ws:// or wss://, for clients.
  [[nodiscard]] std::string url(std::string_view path = "/") const;
  /// The port.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// The CA that signed the server's certificate, as PEM, for TlsOptions::ca_pem; empty without tls.
  [[nodiscard]] std::string ca_pem() const;

  /// One connection, numbered as ReceivedMessage::connection; nullopt: every one that is open.
  using Which = std::optional<std::uint64_t>;

  /// Sends text. To how many: zero when that one is not open any more. A connection whose connect() has returned is
  /// open here: no race.
  std::size_t inject_message(std::string_view text, Which connection = std::nullopt);
  /// Sends bytes. To how many.
  std::size_t inject_binary(std::span<const std::byte> bytes, Which connection = std::nullopt);
  /// Sends a ping of at most 125 bytes; a longer payload is cut. To how many.
  std::size_t inject_ping(std::string_view payload = {}, Which connection = std::nullopt);
  /// Writes bytes as they are, frames or not. To how many.
  std::size_t inject_raw(std::string_view bytes, Which connection = std::nullopt);

  /// Messages received so far, oldest first.
  [[nodiscard]] std::vector<ReceivedMessage> received() const;
  /// Messages received in all, also those no longer kept.
  [[nodiscard]] std::uint64_t received_count() const noexcept;
  /// Pongs received so far, as payloads.
  [[nodiscard]] std::vector<std::string> pongs() const;
  /// Close frames received so far.
  [[nodiscard]] std::vector<CloseReason> closes() const;
  /// Upgrade requests seen so far.
  [[nodiscard]] std::vector<UpgradeSeen> upgrades() const;
  /// TCP connections accepted so far, refused upgrades included.
  [[nodiscard]] std::uint64_t accepted() const noexcept;
  /// Connections open now.
  [[nodiscard]] std::size_t open_connections() const noexcept;

  /// Ends connections as told; new ones are welcome. How many. A client that does not answer a close frame, or does not
  /// end TCP after it, is cut off after 2 s.
  std::size_t simulate_disconnect(Disconnect how = Disconnect::normal(), Which connection = std::nullopt);
  /// From the next connection on.
  void set_faults(Faults faults);
  /// From the next message on.
  void set_script(Script script);
  /// Stops reading from every open connection (their senders run full), or reads on.
  void pause_reading(bool paused);
  /// Calls `f` on the server's own thread, where scripts run, and returns when it has returned. Not at all once the
  /// server has stopped.
  void call(const std::function<void()>& f);
  /// Calls `f` on the server's own thread after `delay`; returns at once. Not at all when the server stops before. What
  /// it throws is logged.
  void call_after(std::chrono::milliseconds delay, std::function<void()> f);
  /// Stops listening: who tries to connect from now on is refused. The connections that are there stay, for example to
  /// be told goodbye by simulate_disconnect(). Idempotent.
  void stop_accepting();
  /// Stops listening and drops every connection. Idempotent; received() still answers.
  void stop();

 private:
  friend class ReplayServer;
  friend Result<> assert_message_sent(const Server& server, const Matcher& matcher, std::chrono::milliseconds timeout);
  struct State;
  explicit Server(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

/// Waits until a client has sent (or had already sent) a message that matches.
///
/// Errors: errc::timeout; its detail lists what was looked for and the last messages received instead.
[[nodiscard]] Result<> assert_message_sent(const Server& server, const Matcher& matcher,
                                           std::chrono::milliseconds timeout = std::chrono::milliseconds{1000});

}  // namespace zenws::testing

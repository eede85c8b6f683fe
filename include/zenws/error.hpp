/// \file
/// What can go wrong, where it went wrong, and what the far end said about it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace zenws {

/// The library's own error codes. Codes of other layers (system, resolver, TLS) are passed through raw.
///
/// explain() gives every one of them a message and a remedy.
enum class errc {
  invalid_config = 1,         ///< An option or argument breaks its rule; the detail names it. Correct the call.
  not_connected,              ///< The client is not open now; the detail names its state. Wait for Connected.
  timeout,                    ///< The time given was used up. The phase tells what was waited for.
  disconnected,               ///< The connection was lost while the call was pending. Retry after Connected.
  closed,                     ///< The client was closed by close() or by dropping its last handle.
  max_reconnection_attempts,  ///< Every retry was used; cause() is the last attempt's own error.
  upgrade_rejected,           ///< The server answered the upgrade with another status than 101; see http().
  bad_accept,             ///< A 101 whose headers do not match what was offered (accept key, subprotocol, extension).
  protocol_error,         ///< The peer broke RFC 6455.
  invalid_utf8,           ///< Text that is not valid UTF-8, ours or the peer's.
  message_too_big,        ///< An inbound message is larger than Options::max_message_size, or one to be sent than
                          ///< send_queue_limit.
  send_queue_full,        ///< Options::send_queue_limit bytes wait for the kernel already. Nothing was sent.
  mailbox_full,           ///< The mailbox is full: Options::mailbox_overflow is `disconnect`, or a request waits for
                          ///< an answer that cannot be read.
  duplicate_request_id,   ///< A request with this id is pending already. Nothing was sent.
  rate_limited,           ///< No tokens now.
  queue_full,             ///< The rate limiter's queue is full.
  heartbeat_missed,       ///< Too many heartbeats stayed unanswered.
  idle_timeout,           ///< No byte was received for Options::idle_timeout.
  no_connections,         ///< The pool has no connected client.
  max_attempts_exceeded,  ///< The pool tried as many clients as allowed.
  not_found,              ///< Nothing goes by that id.
  would_deadlock,         ///< A blocking call from the loop's own thread. Use the async_ form.
  recorder_failed,        ///< Another client records to Options::record_to. Give each its own file.
  unauthorized,           ///< The credentials were refused.
  subscription_rejected,  ///< The server refused the channel.
  cancelled,              ///< The operation was cancelled by its owner.
};

/// Category of errc, named "zenws".
const std::error_category& error_category() noexcept;
/// Category of resolver failures, named "zenws.resolver"; values are getaddrinfo's EAI_* (RFC 3493 §6.1).
const std::error_category& resolver_category() noexcept;
/// Category of TLS failures, named "zenws.tls"; values are OpenSSL's packed codes (ERR_get_error).
const std::error_category& tls_category() noexcept;
/// Category of certificates that do not verify, named "zenws.certificate"; values are X509_V_ERR_*.
const std::error_category& certificate_category() noexcept;
/// An errc as std::error_code.
std::error_code make_error_code(errc code) noexcept;

/// The step that failed.
enum class Phase : std::uint8_t { none, config, resolve, connect, proxy, tls, upgrade, open, close };
/// The phase's name, as printed in errors.
[[nodiscard]] std::string_view to_string(Phase phase) noexcept;

/// One HTTP header. In text of any kind the value prints as `[REDACTED]`.
struct Header {
  std::string name = {};   ///< As spelled on the wire.
  std::string value = {};  ///< Without surrounding blanks.
  friend bool operator==(const Header&, const Header&) = default;
};

/// The answer of a server that refused the upgrade.
struct HttpResponse {
  int status = 0;                    ///< For example 401.
  std::string reason = {};           ///< For example "Unauthorized".
  std::vector<Header> headers = {};  ///< In the order received.
  std::string body = {};             ///< Its first 4 KiB.
  friend bool operator==(const HttpResponse&, const HttpResponse&) = default;
};

/// Close code and reason, RFC 6455 §5.5.1. 1005 stands for "no code was given", 1006 for "no close frame came".
struct CloseReason {
  std::uint16_t code = 1005;  ///< RFC 6455 §7.4.
  std::string reason = {};    ///< UTF-8, at most 123 bytes.
  friend bool operator==(const CloseReason&, const CloseReason&) = default;
};

/// What failed: a raw code, the phase, and a shared detail. Cheap to copy; safe to read from any thread.
class [[nodiscard]] Error {
 public:
  /// An error of `code` in `phase`; `detail` is a sentence for people, free of secrets.
  explicit Error(std::error_code code, Phase phase = Phase::none, std::string detail = {});
  /// Same, of one of the library's own codes.
  explicit Error(errc code, Phase phase = Phase::none, std::string detail = {});

  /// The code of the layer that failed, unchanged.
  [[nodiscard]] std::error_code code() const noexcept { return code_; }
  /// The step that failed.
  [[nodiscard]] Phase phase() const noexcept;
  /// A sentence for people; may be empty.
  [[nodiscard]] std::string_view detail() const noexcept;
  /// The refused upgrade's answer, or null. Lives as long as this Error or a copy of it.
  [[nodiscard]] const HttpResponse* http() const noexcept;
  /// Code and reason of the close that ended the connection, or null.
  [[nodiscard]] const CloseReason* close() const noexcept;
  /// The error inside (errc::max_reconnection_attempts holds the last attempt's), or null.
  [[nodiscard]] const Error* cause() const noexcept;

  /// This error with the refused upgrade's answer.
  Error with_http(HttpResponse answer) const;
  /// This error with the close that ended the connection.
  Error with_close(CloseReason reason) const;
  /// This error with `cause` inside.
  Error with_cause(Error cause) const;

  /// True when the code is `code`.
  friend bool operator==(const Error& error, errc code) noexcept { return error.code_ == make_error_code(code); }

 private:
  struct Detail;
  Error(std::error_code code, std::shared_ptr<const Detail> detail) noexcept;
  [[nodiscard]] std::shared_ptr<Detail> copy_detail() const;

  std::error_code code_;
  std::shared_ptr<const Detail> detail_;
};

/// One line for people: phase, message, detail, status or close code, cause.
///
/// Never a secret: headers and body of http() are left out (a body may echo the token it refuses), and control
/// characters print as escapes.
[[nodiscard]] std::string to_string(const Error& error);

/// A value or an Error. Nothing in zenws throws for a runtime condition.
template <class T = void>
using Result = std::expected<T, Error>;

/// Whether trying again can help.
enum class Severity : std::uint8_t {
  recoverable,  ///< A new attempt may succeed.
  fatal,        ///< The same attempt fails the same way until somebody changes something.
};
/// Sorts an error. Recoverable: refused, reset, unreachable, DNS failure, timeouts, TLS alerts of a transient kind,
/// drops while open, HTTP 408/425/429/5xx, close 1001/1006/1011–1014, and close 1000 or 1005 that we did not ask for.
/// Fatal: other refused upgrades, certificates, configuration, other close codes.
///
/// A close code decides for errc::disconnected; every other code says itself what ended the connection.
/// Threads: any. RFC: 6455 §7.4, 9110 §15.
[[nodiscard]] Severity classify(const Error& error) noexcept;

/// An error in words, with its remedy.
struct Explanation {
  std::string message = {};     ///< What happened.
  std::string suggestion = {};  ///< What to do about it.
  std::string docs_url = {};    ///< Where to read more, relative to the documentation's root.
};
/// Explains any error that the library can return, its own and the system's.
///
/// Threads: any. See: docs/guide/errors.md.
[[nodiscard]] Explanation explain(const Error& error);

/// An error to explain, from what people read in a log: the name of an errc ("send_queue_full"), an HTTP status
/// ("401"), a close code ("1006"), or the name of a system ("ECONNREFUSED"), resolver ("EAI_NONAME"), TLS
/// ("SSL_R_WRONG_VERSION_NUMBER") or certificate ("X509_V_ERR_CERT_HAS_EXPIRED") error. Names in any case.
///
/// nullopt: nothing of that name. Threads: any.
[[nodiscard]] std::optional<Error> find_error(std::string_view code_or_name);

}  // namespace zenws

template <>
struct std::is_error_code_enum<zenws::errc> : std::true_type {};

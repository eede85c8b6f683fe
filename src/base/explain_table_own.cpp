// The library's own codes in words: one row for each errc.
#include "base/explain_table.hpp"

namespace zenws {
namespace {

constexpr Row own(errc code, std::string_view name, Severity severity, std::string_view message,
                  std::string_view suggestion) noexcept {
  return {static_cast<int>(code), name, severity, message, suggestion, name};
}

using enum Severity;

constexpr Row table[] = {
    own(errc::invalid_config, "invalid_config", fatal, "An option or argument breaks its rule",
        "Correct the value that the detail names; include/zenws/options.hpp states the rule of each option."),
    own(errc::not_connected, "not_connected", recoverable, "The client is not connected",
        "Send again after the Connected event (Options::on_lifecycle); Client::get_state() tells the state without "
        "waiting."),
    own(errc::timeout, "timeout", recoverable, "The time given was used up",
        "The phase names the step that was waited for. Check the network path to the host, or raise Options::timeout "
        "(one attempt), Options::connect_deadline (all attempts) or Options::request_timeout (one request)."),
    own(errc::disconnected, "disconnected", recoverable, "The connection was lost",
        "What was pending has no answer and may or may not have been carried out: ask the server for its state after "
        "the next Connected event, then repeat. With Options::reconnect_on_error the client reconnects by itself."),
    own(errc::closed, "closed", fatal, "The client was closed",
        "This is how close(), or dropping the last handle, ends a client. Call Client::connect for a new one, and keep "
        "a handle alive as long as the connection is needed."),
    own(errc::max_reconnection_attempts, "max_reconnection_attempts", fatal, "Every retry was used",
        "Mend what the last error names; raise Options::retry_count (or set zenws::unlimited) and Options::max_backoff "
        "to outlast longer outages."),
    own(errc::upgrade_rejected, "upgrade_rejected", fatal, "The server refused the WebSocket upgrade",
        "Error::http() holds its status, headers and the start of its body: read them. Check the URL's path, the "
        "credentials in Options::headers and Options::subprotocols."),
    own(errc::bad_accept, "bad_accept", fatal, "The server's upgrade answer does not match the request",
        "The far end is no WebSocket server, or a proxy answered in its place: check the URL's host and path. If the "
        "detail names a subprotocol, offer it in Options::subprotocols."),
    own(errc::protocol_error, "protocol_error", fatal, "The peer broke the WebSocket protocol",
        "Report the rule in the detail to the server's operator. If a proxy is in between, try wss:// so that it "
        "cannot "
        "touch the frames."),
    own(errc::invalid_utf8, "invalid_utf8", fatal, "A text is not valid UTF-8",
        "Send bytes that are not text with send_binary(). If the peer sent it, report it to the server's operator."),
    own(errc::message_too_big, "message_too_big", fatal, "A message is larger than allowed",
        "Received: raise Options::max_message_size, or ask the server for smaller messages (fewer channels, smaller "
        "pages). Sent: it can never fit, raise Options::send_queue_limit or send it in parts."),
    own(errc::send_queue_full, "send_queue_full", recoverable, "The send queue is full; nothing was sent",
        "The peer reads slower than you send: send less often, wait until StateMetrics::send_queue_bytes falls, or "
        "raise Options::send_queue_limit."),
    own(errc::mailbox_full, "mailbox_full", recoverable, "The mailbox is full",
        "Call receive() more often, use Options::handler instead, raise Options::mailbox_limit or mailbox_bytes, or "
        "choose "
        "another Options::mailbox_overflow."),
    own(errc::duplicate_request_id, "duplicate_request_id", fatal,
        "A request with this id is pending; nothing was sent",
        "Give each request an id of its own, or let the library choose it. Integer and string ids are different."),
    own(errc::rate_limited, "rate_limited", recoverable, "The rate limiter has no tokens now",
        "Wait for the limiter's time_to_available, or use submit(), which queues. Raise refill_rate only if the venue "
        "allows it."),
    own(errc::queue_full, "queue_full", recoverable, "The rate limiter's queue is full",
        "Slow down by the limiter's suggested_delay, or raise max_queue_size."),
    own(errc::heartbeat_missed, "heartbeat_missed", recoverable, "The server stopped answering heartbeats",
        "The connection was dead and is replaced. If it recurs, check the heartbeat type against the venue's "
        "documentation, raise Options::heartbeat_interval, and look for a NAT or proxy that drops idle connections."),
    own(errc::idle_timeout, "idle_timeout", recoverable, "Nothing was received for too long",
        "The connection was dead and is replaced. If the feed is quiet by nature, raise the idle timeout or use a "
        "heartbeat."),
    own(errc::no_connections, "no_connections", recoverable, "The pool has no connected client",
        "Start clients, or wait for the Connected event of those that are reconnecting."),
    own(errc::max_attempts_exceeded, "max_attempts_exceeded", recoverable, "The pool tried as many clients as allowed",
        "Raise max_attempts, or find out why the clients' connections fail: the last error tells."),
    own(errc::not_found, "not_found", fatal, "Nothing goes by this id",
        "It was ended or never begun: take clients' ids from list_clients(), telemetry handlers' from your attach()."),
    own(errc::would_deadlock, "would_deadlock", fatal, "A blocking call came from the loop's own thread",
        "Inside handlers and callbacks use the async_ form (zenws/asio.hpp), or make the call from another thread."),
    own(errc::recorder_failed, "recorder_failed", recoverable, "The recording cannot be written",
        "Give each client a record_to of its own: one file takes one client. A disk that fails does not end a client; "
        "check that the folder exists, is writable and has space."),
    own(errc::unauthorized, "unauthorized", fatal, "The credentials were refused",
        "Check the API key, its secret, its permissions and its IP allow-list, and that the machine's clock is right "
        "if "
        "requests are signed."),
    own(errc::subscription_rejected, "subscription_rejected", fatal, "The server refused the channel",
        "Check the channel's spelling against the venue's list, and whether it needs authentication first."),
    own(errc::cancelled, "cancelled", fatal, "The operation was cancelled",
        "Its owner ended it: a cancellation slot, a destroyed Runtime or a stopped io_context. Nothing to mend."),
    {0, "other", fatal, "An error that zenws does not know", "Report it with the version of zenws.", "other"},
};

}  // namespace

std::span<const Row> own_rows() noexcept { return table; }

}  // namespace zenws

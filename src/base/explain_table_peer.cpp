// What servers say in words: the status of a refused upgrade and the close code of a lost connection.
#include "base/explain_table.hpp"

namespace zenws {
namespace {

using enum Severity;

constexpr std::string_view wait_for_server =
    "The server's side has to recover: the client tries again by itself while Options::retry_count lasts. Look at the "
    "venue's status page if it goes on.";

// A status that ends in 00 also stands for its whole family (RFC 9110 §15).
constexpr Row http_table[] = {
    {200, "HTTP_2XX", fatal, "The server answered with a page instead of the upgrade",
     "The path is no WebSocket endpoint: check the URL's path in the venue's documentation.", "http-2xx"},
    {300, "HTTP_3XX", fatal, "The server redirects to another address",
     "Redirects are not followed, since credentials would follow too: put the address of the Location header "
     "(Error::http()) in the URL, and check ws:// against wss://.",
     "http-3xx"},
    {400, "HTTP_4XX", fatal, "The server does not accept the upgrade request",
     "Check the URL's path and query, Options::headers and Options::subprotocols; the body in Error::http() often says "
     "which is wrong.",
     "http-4xx"},
    {401, "HTTP_401", fatal, "The server asks for valid credentials",
     "Check the token or key in Options::headers (Authorization) or the URL's userinfo; it may have expired.",
     "http-401"},
    {403, "HTTP_403", fatal, "The server refuses access",
     "The credentials lack the permission, or your address or region is not allowed: check the key's permissions and "
     "IP allow-list. Some servers want an Origin, or a User-Agent that they "
     "know, in Options::headers.",
     "http-403"},
    {404, "HTTP_404", fatal, "The server has nothing at this path",
     "Check the spelling of the URL's path, and whether the host is the one for production or for tests.", "http-404"},
    {407, "HTTP_407", fatal, "The proxy asks for credentials", "Put user and password in the proxy's URL.", "http-407"},
    {408, "HTTP_408", recoverable, "The server gave up waiting for the request",
     "The network is slow or the server busy: the client tries again. Raise Options::timeout if it recurs.",
     "http-408"},
    {410, "HTTP_410", fatal, "The endpoint was withdrawn",
     "Look up the current address in the venue's documentation and change the URL.", "http-410"},
    {425, "HTTP_425", recoverable, "The server does not accept early data yet", "The client tries again by itself.",
     "http-425"},
    {426, "HTTP_426", fatal, "The server wants another protocol or version",
     "The Upgrade and Sec-WebSocket-Version headers in Error::http() say which; zenws speaks version 13. Check that "
     "the "
     "URL's path is the WebSocket endpoint.",
     "http-426"},
    {429, "HTTP_429", recoverable, "The server says there were too many attempts",
     "Connect less often: raise Options::retry_delay and Options::max_backoff, and open fewer connections from one "
     "address. A Retry-After header is obeyed.",
     "http-429"},
    {500, "HTTP_5XX", recoverable, "The server failed while answering the upgrade", wait_for_server, "http-5xx"},
    {502, "HTTP_502", recoverable, "The gateway got no good answer from the server behind it", wait_for_server,
     "http-5xx"},
    {503, "HTTP_503", recoverable, "The server is overloaded or in maintenance",
     "A Retry-After header is obeyed; the client tries again while Options::retry_count lasts. Look at the venue's "
     "status page if it goes on.",
     "http-5xx"},
    {504, "HTTP_504", recoverable, "The gateway waited in vain for the server behind it", wait_for_server, "http-5xx"},
    {0, "HTTP_OTHER", fatal, "The server answered the upgrade with a status that HTTP does not know",
     "The far end is no WebSocket server: check the URL's host and port.", "http-other"},
};

constexpr std::string_view ours_to_mend =
    "What was last sent caused it: compare it with the venue's documentation. The reason the server gave is in "
    "Error::close().";

// RFC 6455 §7.4.1 and the IANA registry. 3000 and 4000 stand for their families (§7.4.2).
constexpr Row close_table[] = {
    {1000, "CLOSE_1000", recoverable, "The server closed the connection normally",
     "It had nothing more to send, or ends connections after a time: the client reconnects by itself.", "close-1000"},
    {1001, "CLOSE_1001", recoverable, "The server is going away",
     "It restarts or sheds load: the client reconnects by itself.", "close-1001"},
    {1002, "CLOSE_1002", fatal, "The server says that the protocol was broken",
     "Try without a proxy in between and without extensions; if it stays, report it with a recording of the traffic.",
     "close-1002"},
    {1003, "CLOSE_1003", fatal, "The server does not accept this kind of data",
     "Use send_message() where the server wants text and send_binary() where it wants bytes.", "close-1003"},
    {1005, "CLOSE_1005", recoverable, "The server closed the connection without a code",
     "The client reconnects by itself. If it recurs at once, the last message sent is the first suspect.",
     "close-1005"},
    {1006, "CLOSE_1006", recoverable, "The connection broke without a close frame",
     "The network, a proxy or the server's process dropped it: the client reconnects by itself. If it recurs after "
     "equal times, shorten Options::heartbeat_interval below the proxy's idle limit.",
     "close-1006"},
    {1007, "CLOSE_1007", fatal, "The server found data that does not fit its message type",
     "Send bytes that are not UTF-8 text with send_binary().", "close-1007"},
    {1008, "CLOSE_1008", fatal, "A message broke a policy of the server",
     "Check credentials, permissions and rate limits. The reason the server gave is in Error::close().", "close-1008"},
    {1009, "CLOSE_1009", fatal, "A message was too big",
     "Split what you send, or raise Options::max_message_size if the message came from the server.", "close-1009"},
    {1010, "CLOSE_1010", fatal, "An extension that is needed was not agreed on",
     "Check which extensions the server supports and what Options offer.", "close-1010"},
    {1011, "CLOSE_1011", recoverable, "The server met an unexpected condition", wait_for_server, "close-1011"},
    {1012, "CLOSE_1012", recoverable, "The server restarts", "The client reconnects by itself.", "close-1012"},
    {1013, "CLOSE_1013", recoverable, "The server is overloaded and asks to try later",
     "The client tries again by itself; raise Options::retry_delay and Options::jitter if you run many clients.",
     "close-1013"},
    {1014, "CLOSE_1014", recoverable, "The gateway got no good answer from the server behind it", wait_for_server,
     "close-1014"},
    {1015, "CLOSE_1015", fatal, "The TLS handshake failed",
     "Run `zenws doctor URL` to see the certificate and the reason.", "close-1015"},
    {3000, "CLOSE_3XXX", fatal, "The server closed the connection with a registered application code", ours_to_mend,
     "close-3xxx"},
    {4000, "CLOSE_4XXX", fatal, "The server closed the connection with a code of its own",
     "Look the code up in the venue's documentation: it is often a refused login or a rate limit. The reason the "
     "server "
     "gave is in Error::close().",
     "close-4xxx"},
    {-1, "CLOSE_OTHER", fatal, "The connection ended with a close code that RFC 6455 does not define",
     "Report it to the server's operator.", "close-other"},
};

}  // namespace

std::span<const Row> http_rows() noexcept { return http_table; }
std::span<const Row> close_rows() noexcept { return close_table; }

}  // namespace zenws

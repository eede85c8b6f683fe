// What the machine says in words: errno of sockets and files, and the resolver's EAI_* codes.
#include <cerrno>
#include <netdb.h>

#include "base/explain_table.hpp"

namespace zenws {
namespace {

using enum Severity;

constexpr std::string_view reconnects =
    "The client reconnects by itself. If it recurs after equal times, a proxy or firewall ends idle connections: "
    "shorten Options::heartbeat_interval.";
constexpr std::string_view check_route =
    "Check the machine's network, VPN and routes; `zenws doctor URL` shows how far it gets. The client tries again "
    "while Options::retry_count lasts.";
constexpr std::string_view check_firewall =
    "A local firewall, sandbox or missing permission forbids it: allow outgoing connections to the URL's port; for "
    "files, check the permissions of those named in Options::tls.";
constexpr std::string_view file_descriptors =
    "Raise the limit of open files (ulimit -n, LimitNOFILE=), or close clients that are not needed.";
constexpr std::string_view more_memory = "Free memory, or open fewer connections; check the container's limits.";
constexpr std::string_view check_address_family =
    "The machine has no IPv6 (or IPv4) and the host only that: use a host name or address of the other family.";
constexpr std::string_view report_it = "This should not happen: report it with the line that to_string(Error) gives.";

constexpr Row system_table[] = {
    {ECONNREFUSED, "ECONNREFUSED", recoverable, "Nothing accepts connections at this address and port",
     "Check the URL's host and port, and that the server is running; a firewall may also refuse.",
     "connection-refused"},
    {ECONNRESET, "ECONNRESET", recoverable, "The connection was reset by the far end", reconnects, "connection-lost"},
    {ECONNABORTED, "ECONNABORTED", recoverable, "The connection was aborted by this machine", reconnects,
     "connection-lost"},
    {EPIPE, "EPIPE", recoverable, "The far end had closed the connection already", reconnects, "connection-lost"},
    {ENOTCONN, "ENOTCONN", recoverable, "The socket is not connected", reconnects, "connection-lost"},
    {ESHUTDOWN, "ESHUTDOWN", recoverable, "The socket was shut down already", reconnects, "connection-lost"},
    {ENETRESET, "ENETRESET", recoverable, "The network dropped the connection", reconnects, "connection-lost"},
    {ETIMEDOUT, "ETIMEDOUT", recoverable, "The host did not answer in time",
     "A firewall drops the packets, or the host is down: check host and port, then the network path. "
     "Options::timeout bounds an attempt.",
     "no-answer"},
    {EHOSTUNREACH, "EHOSTUNREACH", recoverable, "No route leads to the host", check_route, "unreachable"},
    {ENETUNREACH, "ENETUNREACH", recoverable, "The network is unreachable", check_route, "unreachable"},
    {EHOSTDOWN, "EHOSTDOWN", recoverable, "The host is down", check_route, "unreachable"},
    {ENETDOWN, "ENETDOWN", recoverable, "The network is down", check_route, "unreachable"},
    {EADDRNOTAVAIL, "EADDRNOTAVAIL", recoverable, "No local address or port is available",
     "All local ports to this address may be in use: open fewer connections, or widen "
     "net.ipv4.ip_local_port_range. In a container, check that its network is up.",
     "out-of-resources"},
    {EADDRINUSE, "EADDRINUSE", recoverable, "The address is in use",
     "Another program listens on the port: choose another, or 0 for any free one.", "out-of-resources"},
    {EMFILE, "EMFILE", recoverable, "The process has too many open files", file_descriptors, "out-of-resources"},
    {ENFILE, "ENFILE", recoverable, "The machine has too many open files", file_descriptors, "out-of-resources"},
    {ENOBUFS, "ENOBUFS", recoverable, "The kernel has no buffer space left", more_memory, "out-of-resources"},
    {ENOMEM, "ENOMEM", recoverable, "The machine is out of memory", more_memory, "out-of-resources"},
    {EINTR, "EINTR", recoverable, "A signal interrupted the call", "Try again.", "try-again"},
    {EAGAIN, "EAGAIN", recoverable, "The resource is busy now", "Try again.", "try-again"},
    {EINPROGRESS, "EINPROGRESS", recoverable, "The operation is in progress", "Wait for its end.", "try-again"},
    {EACCES, "EACCES", fatal, "Permission denied", check_firewall, "not-permitted"},
    {EPERM, "EPERM", fatal, "The operation is not permitted", check_firewall, "not-permitted"},
    {ENOENT, "ENOENT", fatal, "A file does not exist",
     "Check the spelling of the files in Options::tls; relative names start at the process's working folder.", "files"},
    {EISDIR, "EISDIR", fatal, "A folder stands where a file is needed", "Name the PEM file itself.", "files"},
    {EAFNOSUPPORT, "EAFNOSUPPORT", fatal, "The address family is not supported", check_address_family,
     "address-family"},
    {EPROTONOSUPPORT, "EPROTONOSUPPORT", fatal, "The protocol is not supported", check_address_family,
     "address-family"},
    {ECANCELED, "ECANCELED", fatal, "The operation was cancelled", "Its owner ended it; nothing to mend.", "cancelled"},
    {EINVAL, "EINVAL", fatal, "An argument was not accepted by the system", report_it, "system"},
    {EBADF, "EBADF", fatal, "The descriptor is not open", report_it, "system"},
    {0, "SYSTEM_OTHER", recoverable, "The system reports an error",
     "The text in brackets is the system's own. The client tries again while Options::retry_count lasts; `zenws doctor "
     "URL` shows the step that fails.",
     "system"},
};

constexpr std::string_view check_dns =
    "Check the machine's DNS settings (/etc/resolv.conf) and network; `zenws doctor URL` resolves the name alone. The "
    "client tries again while Options::retry_count lasts.";
constexpr std::string_view check_name =
    "Check the spelling of the URL's host; if it is right, check the machine's DNS settings and network.";

constexpr Row resolver_table[] = {
    {EAI_NONAME, "EAI_NONAME", recoverable, "No host has this name", check_name, "name-unknown"},
    {EAI_NODATA, "EAI_NODATA", recoverable, "The name exists but has no address", check_name, "name-unknown"},
    {EAI_ADDRFAMILY, "EAI_ADDRFAMILY", recoverable, "The name has no address of the wanted family", check_name,
     "name-unknown"},
    {EAI_AGAIN, "EAI_AGAIN", recoverable, "The name server does not answer now", check_dns, "name-server"},
    {EAI_FAIL, "EAI_FAIL", recoverable, "The name server failed", check_dns, "name-server"},
    {EAI_SERVICE, "EAI_SERVICE", recoverable, "The port has no meaning to the resolver",
     "Give the port in the URL as a number.", "name-server"},
    {EAI_FAMILY, "EAI_FAMILY", recoverable, "The resolver does not support the address family", check_address_family,
     "address-family"},
    {EAI_MEMORY, "EAI_MEMORY", recoverable, "The resolver is out of memory", more_memory, "out-of-resources"},
    {EAI_SYSTEM, "EAI_SYSTEM", recoverable, "The resolver met a system error", check_dns, "name-server"},
    {EAI_BADFLAGS, "EAI_BADFLAGS", recoverable, "The resolver does not accept the flags", report_it, "name-server"},
    {EAI_SOCKTYPE, "EAI_SOCKTYPE", recoverable, "The resolver does not accept the socket type", report_it,
     "name-server"},
    {EAI_OVERFLOW, "EAI_OVERFLOW", recoverable, "The host's name is too long for the resolver", check_name,
     "name-unknown"},
    {EAI_INTR, "EAI_INTR", recoverable, "A signal interrupted the resolver", "Try again.", "try-again"},
    {EAI_CANCELED, "EAI_CANCELED", recoverable, "The resolver was cancelled", "Try again.", "try-again"},
    {EAI_IDN_ENCODE, "EAI_IDN_ENCODE", recoverable, "The host's name cannot be encoded",
     "Write international names in their ASCII form (xn--…).", "name-unknown"},
    {0, "EAI_OTHER", recoverable, "The name cannot be resolved", check_dns, "name-server"},
};

}  // namespace

std::span<const Row> system_rows() noexcept { return system_table; }
std::span<const Row> resolver_rows() noexcept { return resolver_table; }

}  // namespace zenws

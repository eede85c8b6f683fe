// How the program tells its caller how it ended.
#pragma once

namespace zenws::program {

enum class Exit : int {
  ok = 0,           // ended as asked: --count or --for reached, Ctrl-C, close 1000 or a close without a code
  usage = 1,        // wrong arguments; nothing was tried
  unreachable = 2,  // the connection never opened
  lost = 3,         // an open connection broke, or was closed with another code
  protocol = 4,     // the peer broke the protocol, or sent a message that is too large
  failed = 5,       // something on this side: input, output, a port in use; or a demo in which nothing flowed
};

inline constexpr const char* exit_codes_help =
    "Exit code:\n"
    "  0  ended as asked: --count or --for reached, Ctrl-C, the server closed with 1000 or without a code\n"
    "  1  wrong arguments\n"
    "  2  could not connect\n"
    "  3  the connection was lost, or the server closed it with another code\n"
    "  4  the server broke the WebSocket protocol, or sent a message that is too large\n"
    "  5  something on this side failed: input that cannot be sent, output that cannot be written, a port in use";

}  // namespace zenws::program

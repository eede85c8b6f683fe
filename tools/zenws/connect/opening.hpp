// Opening a connection as the command line asks, and saying why when it does not open.
#pragma once

#include <expected>
#include <functional>
#include <memory>

#include <zenws/client.hpp>
#include <zenws/options.hpp>

#include "connect/connect.hpp"
#include "connect/inbox.hpp"
#include "console/signals.hpp"
#include "exit_codes.hpp"

namespace zenws {
class Runtime;
}  // namespace zenws

namespace zenws::program {

// The library's log lines on stderr: all with --debug, only errors with --quiet.
void log_as_asked(const ConnectArguments& arguments);

// Opens it, with all retries, on `runtime`; what there is to say about a failure is said. `watch` may be empty.
// The exit: why there is no client; also when asked to end meanwhile.
[[nodiscard]] std::expected<Client, Exit> open_connection(const ConnectArguments& arguments, Runtime& runtime,
                                                          std::function<void(const Lifecycle&)> watch,
                                                          const Signals& signals, const std::shared_ptr<Inbox>& inbox);

// Asks for the channels and tells what becomes of them; says nothing of it when there are none.
void subscribe_to_channels(const Client& client, const ConnectArguments& arguments);

}  // namespace zenws::program

// Opens the connection for `zenws connect`, and gives up when asked to.
#include "connect/connect.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>

#include "command_line/metrics_endpoint.hpp"
#include "connect/client_list.hpp"
#include "connect/conversation.hpp"
#include "connect/inbox.hpp"
#include "connect/opening.hpp"
#include "console/lifecycle_lines.hpp"
#include "console/output.hpp"
#include "console/signals.hpp"

namespace zenws::program {
namespace {

// Tells what happens to the connection as it comes. The first Connected is only noted: the main thread tells it when it
// is ready to be interrupted properly.
std::function<void(const Lifecycle&)> watcher(std::shared_ptr<std::optional<Connected>> first) {
  return [first = std::move(first)](const Lifecycle& event) {
    const auto* const connected = std::get_if<Connected>(&event);
    if (connected != nullptr && connected->epoch == 1) {
      *first = *connected;
    } else {
      say(show_lifecycle(event));
    }
  };
}

}  // namespace

Exit run_connect(const ConnectArguments& arguments) {
  log_as_asked(arguments);
  Signals signals;
  const auto inbox = std::make_shared<Inbox>();
  const ClientList clients;
  const auto metrics = show_metrics(arguments.metrics, clients.discovery(), true, !arguments.quiet);
  if (!metrics) return metrics.error();
  Runtime runtime;

  const auto connected = std::make_shared<std::optional<Connected>>();
  const auto watch = arguments.quiet ? std::function<void(const Lifecycle&)>{} : watcher(connected);
  auto client = open_connection(arguments, runtime, watch, signals, inbox);
  if (!client) return client.error();
  clients.add(*client);
  if (*connected) say(show_lifecycle(**connected));
  subscribe_to_channels(*client, arguments);
  return Conversation{*std::move(client), arguments, signals, inbox}.run();
}

}  // namespace zenws::program

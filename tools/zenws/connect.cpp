// Opens the connection for `zenws connect`, and gives up when asked to.
#include "connect.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <poll.h>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/runtime.hpp>

#include "client_list.hpp"
#include "conversation.hpp"
#include "inbox.hpp"
#include "lifecycle_lines.hpp"
#include "metrics_endpoint.hpp"
#include "outcome.hpp"
#include "output.hpp"
#include "signals.hpp"

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

void subscribe(const Client& client, const ConnectArguments& arguments) {
  async_subscribe(client, arguments.channels, [quiet = arguments.quiet](Result<Subscribed> answer) {
    if (answer && !quiet) say(fmt::format("subscribed: {}", fmt::join(answer->confirmed, ", ")));
    // A refusal is told channel by channel; a loss is told as such, and the channels come back with the connection.
    if (!answer && (quiet || answer.error() == errc::timeout)) say_error("subscribing", answer.error());
  });
}

// Waits for the attempt and its retries. nullopt: asked to end meanwhile.
std::optional<Result<Client>> wait_until_open(Inbox& inbox, const Signals& signals) {
  while (true) {
    if (auto opened = inbox.take_opened()) return opened;
    if (signals.asked_to_end()) return std::nullopt;
    pollfd entries[] = {{.fd = signals.descriptor(), .events = POLLIN, .revents = 0},
                        {.fd = inbox.descriptor(), .events = POLLIN, .revents = 0}};
    ::poll(entries, std::size(entries), -1);
    inbox.clear();
  }
}

}  // namespace

Exit run_connect(const ConnectArguments& arguments) {
  log_to_stderr(arguments.options.debug ? LogLevel::debug : arguments.quiet ? LogLevel::error : LogLevel::warning);
  Signals signals;
  const auto inbox = std::make_shared<Inbox>();
  const ClientList clients;
  const auto metrics = MetricsEndpoint::start(arguments.metrics, clients.discovery(), true);
  if (!metrics) return no_metrics(metrics.error());
  if (arguments.metrics && !arguments.quiet) say("metrics: " + metrics->url());
  Runtime runtime;

  Options options = arguments.options;
  options.runtime = &runtime;
  if (arguments.rate_limit) {
    RateLimiterSettings settings = *arguments.rate_limit;
    settings.runtime = &runtime;
    auto limiter = RateLimiter::create(std::move(settings));
    if (!limiter) {
      say_error("wrong arguments", limiter.error());
      return Exit::usage;
    }
    options.rate_limiter = *std::move(limiter);
  }
  const auto connected = std::make_shared<std::optional<Connected>>();
  if (!arguments.quiet) options.on_lifecycle = watcher(connected);
  async_connect(arguments.url, std::move(options), [inbox](Result<Client> opened) { inbox->put(std::move(opened)); });
  auto opened = wait_until_open(*inbox, signals);
  if (!opened) {
    say("interrupted before the connection was open");
    return Exit::unreachable;
  }
  if (!*opened) {
    const Error& error = opened->error();
    const Exit exit = exit_of(error, false);
    say_error(exit == Exit::usage ? "wrong arguments" : "could not connect", error);
    return exit;
  }
  clients.add(**opened);
  if (*connected) say(show_lifecycle(**connected));
  if (!arguments.channels.empty()) subscribe(**opened, arguments);
  return Conversation{std::move(**opened), arguments, signals, inbox}.run();
}

}  // namespace zenws::program

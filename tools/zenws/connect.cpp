// Opens the connection for `zenws connect`, and gives up when asked to.
#include "connect.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <poll.h>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/runtime.hpp>

#include "conversation.hpp"
#include "duration.hpp"
#include "inbox.hpp"
#include "outcome.hpp"
#include "output.hpp"
#include "signals.hpp"

namespace zenws::program {
namespace {

void tell_connected(const Connected& connected) {
  const std::string chosen =
      connected.subprotocol.empty() ? "" : fmt::format(", subprotocol {}", connected.subprotocol);
  say(fmt::format("connected in {}{}", show_duration(connected.connect_time), chosen));
}

// Tells of reconnects as they come. The first connection is only noted: the main thread tells it when it is ready to
// be interrupted properly; and it tells the end, when the last message has been printed.
std::function<void(const Lifecycle&)> watcher(std::shared_ptr<std::optional<Connected>> first) {
  return [first = std::move(first)](const Lifecycle& event) {
    if (const auto* const connected = std::get_if<Connected>(&event)) {
      if (connected->epoch > 1) return tell_connected(*connected);
      *first = *connected;
    } else if (const auto* const again = std::get_if<Reconnecting>(&event)) {
      say(fmt::format("{}; trying again in {} (retry {})", to_string(again->error), show_duration(again->delay),
                      again->attempt));
    }
  };
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
  Runtime runtime;

  Options options = arguments.options;
  options.runtime = &runtime;
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
  if (*connected) tell_connected(**connected);
  return Conversation{std::move(**opened), arguments, signals, inbox}.run();
}

}  // namespace zenws::program

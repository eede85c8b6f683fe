#include "connect/opening.hpp"

#include <optional>
#include <poll.h>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <zenws/asio.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/runtime.hpp>

#include "connect/adapter.hpp"
#include "connect/outcome.hpp"
#include "connect/refusal.hpp"
#include "console/output.hpp"

namespace zenws::program {
namespace {

// With what lives on the runtime. Errors: RateLimiter::create's.
Result<Options> options_of(const ConnectArguments& arguments, Runtime& runtime) {
  Options options = arguments.options;
  options.runtime = &runtime;
  if (!arguments.rate_limit) return options;
  RateLimiterOptions settings = *arguments.rate_limit;
  settings.runtime = &runtime;
  auto limiter = RateLimiter::create(std::move(settings));
  if (!limiter) return std::unexpected{std::move(limiter).error()};
  options.rate_limiter = *std::move(limiter);
  return options;
}

void begin_connecting(const ConnectArguments& arguments, Options options, const std::shared_ptr<Inbox>& inbox) {
  const auto done = [inbox](Result<Client> opened) { inbox->put(std::move(opened)); };
  if (arguments.adapter) return connect_by(*arguments.adapter, arguments.url, std::move(options), done);
  async_connect(arguments.url, std::move(options), done);
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

void log_as_asked(const ConnectArguments& arguments) {
  log_to_stderr(arguments.options.debug ? LogLevel::debug : arguments.quiet ? LogLevel::error : LogLevel::warning);
}

std::expected<Client, Exit> open_connection(const ConnectArguments& arguments, Runtime& runtime,
                                            std::function<void(const Lifecycle&)> watch, const Signals& signals,
                                            const std::shared_ptr<Inbox>& inbox) {
  auto options = options_of(arguments, runtime);
  if (!options) {
    say_error("wrong arguments", options.error());
    return std::unexpected{Exit::usage};
  }
  options->on_lifecycle = std::move(watch);
  begin_connecting(arguments, *std::move(options), inbox);
  auto opened = wait_until_open(*inbox, signals);
  if (!opened) {
    say("interrupted before the connection was open");
    return std::unexpected{Exit::unreachable};
  }
  if (*opened) return std::move(**opened);
  const Error& error = opened->error();
  const Exit exit = exit_of(error, false);
  say_error(exit == Exit::usage ? "wrong arguments" : "could not connect", error);
  for (const std::string& line : refusal_lines(error, arguments.options.headers)) say("  " + line);
  return std::unexpected{exit};
}

void subscribe_to_channels(const Client& client, const ConnectArguments& arguments) {
  if (arguments.channels.empty()) return;
  async_subscribe(client, arguments.channels, [quiet = arguments.quiet](Result<Subscribed> answer) {
    if (answer && !quiet) say(fmt::format("subscribed: {}", fmt::join(answer->confirmed, ", ")));
    // A refusal is told channel by channel; a loss is told as such, and the channels come back with the connection.
    if (!answer && (quiet || answer.error() == errc::timeout)) say_error("subscribing", answer.error());
  });
}

}  // namespace zenws::program

// The command line of `zenws`: which commands and options there are.
#include <cstdint>
#include <fcntl.h>
#include <functional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "connect.hpp"
#include "demo.hpp"
#include "doctor.hpp"
#include "duration.hpp"
#include "exit_codes.hpp"
#include "explain.hpp"
#include "market_feed.hpp"
#include "option_values.hpp"
#include "pool.hpp"
#include "serve.hpp"
#include "soak.hpp"

namespace {

using namespace zenws::program;

constexpr const char* connect_footer =
    "Lines from stdin are sent as they are, a message each. Messages go to stdout, a line each: text with control\n"
    "characters, direction marks and invalid bytes as \\xNN, binary as 0x and hexadecimal digits. What happens to the\n"
    "connection is told on stderr.\n"
    "The end of stdin does not end the connection: the server does by closing it, --count, --for, or Ctrl-C, which\n"
    "closes it properly (a second Ctrl-C does not wait). To send one line and print one answer:\n"
    "  echo hi | zenws connect ws://127.0.0.1:8080 --count 1\n";

// Sockets must not become stdin, stdout or stderr when the caller closed those.
void fill_standard_descriptors() {
  int descriptor = 0;
  do {
    descriptor = ::open("/dev/null", O_RDWR);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor > STDERR_FILENO) ::close(descriptor);
}

// `10s`, `250ms`, …; more than nothing.
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::function<void(std::chrono::milliseconds)> use,
                          const std::string& help) {
  const auto parse = [name, use = std::move(use)](const std::string& text) {
    const auto parsed = parse_duration(text);
    if (!parsed || *parsed <= std::chrono::milliseconds{0}) {
      throw CLI::ValidationError(name, "a time with its unit, for example 250ms, 10s, 5m or 1h");
    }
    use(*parsed);
  };
  return app.add_option_function<std::string>(name, parse, help)->type_name("TIME");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The value may be a secret: no message repeats it.
zenws::Header parse_header(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = trimmed(text.substr(0, colon));
  if (colon == std::string_view::npos || name.empty())
    throw CLI::ValidationError("--header", "of the form 'Name: value'");
  return {std::string{name}, std::string{trimmed(text.substr(colon + 1))}};
}

// An option whose text `parse` understands; when not, the message tells what it should be.
template <class Parse, class Use>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, Parse parse, Use use, const std::string& wanted,
                        const std::string& help) {
  const auto read = [name, parse, use, wanted](const CLI::results_t& texts) {
    auto value = parse(texts.back());
    if (!value) throw CLI::ValidationError(name, wanted + ", not " + texts.back());
    use(*std::move(value));
    return true;
  };
  return app.add_option(name, read, help);
}

// What connect and doctor have in common.
void add_connection_options(CLI::App& app, std::string& url, zenws::Options& options) {
  app.add_option("URL", url, "ws://… or wss://…")->required();
  const auto add_headers = [&options](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) options.headers.push_back(parse_header(text));
  };
  app.add_option_function<std::vector<std::string>>("-H,--header", add_headers, "Header of the upgrade; repeatable")
      ->type_name("'NAME: VALUE'")
      ->allow_extra_args(false);
  app.add_option("--subprotocol", options.subprotocols, "Subprotocol to offer; repeatable, the preferred one first")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--ca", options.tls.ca_file, "CAs to trust instead of the system's")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  app.add_flag("--insecure", options.tls.insecure_skip_verify, "Accept any certificate; for experiments only");
  const auto set_timeout = [&options](std::chrono::milliseconds time) { options.timeout = time; };
  add_duration(app, "--timeout", set_timeout, "Longest time of one attempt to connect (5s)");
}

// What keeps a connection: who is heard on it, how its death is found out, and what follows.
void add_staying_options(CLI::App& app, ConnectArguments& arguments) {
  zenws::Options& options = arguments.options;
  app.add_option("--subscribe", arguments.channels, "Channel to subscribe to, now and after each reconnect; repeatable")
      ->type_name("CHANNEL")
      ->allow_extra_args(false)
      ->check([](const std::string& name) { return name.empty() ? "a channel's name" : ""; });
  app.add_option_function<std::string>(
         "--dialect",
         [&options](const std::string& text) {
           options.dialect = parse_dialect(text);
           if (!options.dialect) throw CLI::ValidationError("--dialect", "deribit or binance, not " + text);
         },
         "How subscribing is said there: deribit or binance (deribit)")
      ->type_name("VENUE");
  add_parsed(
      app, "--heartbeat", parse_heartbeat, [&options](zenws::Heartbeat beat) { options.heartbeat = std::move(beat); },
      "ping_pong, deribit or binance, with or without its interval, for example ping_pong:20",
      "Find a dead connection: ping_pong, deribit or binance (every 30 s; binance 180 s)")
      ->type_name("TYPE[:SECONDS]");
  add_parsed(
      app, "--retry", parse_retries, [&options](int number) { options.retry_count = number; }, "a number, or unlimited",
      "Connect again so many times, or unlimited (0)")
      ->type_name("N");
  add_parsed(
      app, "--rate-limit", parse_rate_limit,
      [&arguments](zenws::RateLimiterSettings limit) { arguments.rate_limit = std::move(limit); },
      "a number and a time, for example 20/1s", "Send at most so many messages in that time")
      ->type_name("N/TIME");
}

void add_connect(CLI::App& program, ConnectArguments& arguments, Exit& exit) {
  CLI::App& app = *program.add_subcommand("connect", "Send lines, print messages");
  arguments.options.retry_count = 0;
  arguments.options.decode_json = false;
  add_connection_options(app, arguments.url, arguments.options);
  app.add_option("--count", arguments.count, "End after so many messages")->check(CLI::PositiveNumber)->type_name("N");
  const auto set_duration = [&arguments](std::chrono::milliseconds time) { arguments.duration = time; };
  add_duration(app, "--for", set_duration, "End so long after the connection opened");
  app.add_flag("--binary", arguments.binary, "Send lines as binary messages");
  add_staying_options(app, arguments);
  app.add_flag("--quiet", arguments.quiet, "Only messages and errors");
  app.add_flag("--debug", arguments.options.debug, "Tell every step on stderr");
  app.footer(std::string{connect_footer} + exit_codes_help);
  app.callback([&] {
    arguments.options.reconnect_on_error = arguments.options.retry_count > 0;
    exit = run_connect(arguments);
  });
}

void add_serve(CLI::App& program, ServeArguments& arguments, Exit& exit) {
  CLI::App& app = *program.add_subcommand("serve", "A server on 127.0.0.1: echo, or a market feed; prints its URL");
  app.add_option("--port", arguments.port, "Port; any free one when not given")->type_name("PORT");
  CLI::Option* const tls = app.add_flag("--tls", arguments.tls, "wss://, with a certificate of a CA of its own");
  app.add_option("--ca-out", arguments.ca_file, "Where to write that CA, for clients' --ca")
      ->type_name("FILE")
      ->needs(tls);
  CLI::Option* const feed =
      app.add_flag("--feed", arguments.feed, "Trades for those who subscribe, as Deribit sends them");
  app.add_option("--rate", arguments.rate, "Trades a second, over all channels (10)")
      ->check(CLI::Range(0.001, 1e6))
      ->type_name("N")
      ->needs(feed);
  app.add_option("--channels", arguments.channels, "Channels that there are, for example trades.BTC-PERPETUAL.raw")
      ->delimiter(',')
      ->type_name("NAME…")
      ->needs(feed)
      ->check([](const std::string& name) { return is_channel_name(name) ? "" : "letters, digits and .-_ only"; });
  const auto set_duration = [&arguments](std::chrono::milliseconds time) { arguments.duration = time; };
  add_duration(app, "--for", set_duration, "End after this time");
  app.footer(
      "Echo: `ping` is answered with `pong`, other text with `echo: TEXT`, binary with itself.\n"
      "Feed: JSON-RPC 2.0; public/subscribe, public/unsubscribe, public/test, public/get_time.\n"
      "Ends on Ctrl-C or SIGTERM with code 0; with 5 when the port cannot be had.");
  app.callback([&] { exit = run_serve(arguments); });
}

void add_doctor(CLI::App& program, ConnectArguments& arguments, Exit& exit) {
  CLI::App& app = *program.add_subcommand("doctor", "Take one connection apart, step by step");
  add_connection_options(app, arguments.url, arguments.options);
  app.footer("Exit code: 0 healthy, 1 wrong arguments, 2 a step failed.");
  app.callback([&] { exit = run_doctor(arguments.url, arguments.options); });
}

void add_explain(CLI::App& program, std::string& name, Exit& exit) {
  CLI::App& app = *program.add_subcommand("explain", "What an error means, and what to do");
  app.add_option("CODE|NAME", name, "For example 401, 1006, send_queue_full, ECONNREFUSED")->required();
  app.footer("Exit code: 0, or 1 when nothing is known about it.");
  app.callback([&] { exit = run_explain(name); });
}

void add_demo(CLI::App& program, std::chrono::milliseconds& duration, Exit& exit) {
  CLI::App& app = *program.add_subcommand("demo", "A market feed over TLS and its client, both on this machine");
  add_duration(app, "--for", [&duration](std::chrono::milliseconds time) { duration = time; }, "How long (6s)");
  app.footer(
      "The server drops the connection twice meanwhile: by close 1001, and by a reset.\n"
      "Exit code: 0 when trades and answers really came and the subscriptions were restored, 2 or 5 when not.");
  app.callback([&] { exit = run_demo(duration); });
}

void add_soak(CLI::App& program, SoakArguments& arguments, Exit& exit) {
  CLI::App& app = *program.add_subcommand("soak", "Many clients and a server that drops them, checked to the message");
  const auto set_duration = [&arguments](std::chrono::milliseconds time) { arguments.duration = time; };
  add_duration(app, "DURATION", set_duration, "How long, for example 10m")->required();
  app.add_option("--clients", arguments.clients, "How many (500)")->check(CLI::Range(1, 100'000))->type_name("N");
  const auto set_drop_every = [&arguments](std::chrono::milliseconds time) { arguments.drop_every = time; };
  add_duration(app, "--drop-every", set_drop_every, "Drop a random client so often (1s)");
  app.add_option("--rate", arguments.rate, "Messages a second to each client (2)")
      ->check(CLI::Range(0.001, 1e4))
      ->type_name("N");
  app.footer(
      "Drops are by close 1001 and by a reset in turn. A line every 10 s on stderr; Ctrl-C ends it early, with its "
      "checks.\n"
      "Exit code: 0 when every check passes, 1 when one fails (or for wrong arguments), 2 or 5 when it could not run.");
  app.callback([&] { exit = run_soak(arguments); });
}

void add_pool(CLI::App& program, PoolArguments& arguments, Exit& exit) {
  CLI::App& app = *program.add_subcommand("pool", "Messages to several servers, each by the healthiest client");
  arguments.options.heartbeat = zenws::Heartbeat::ping_pong(std::chrono::seconds{1});
  app.add_option("URL", arguments.urls, "ws://… or wss://…; one client each")->required()->type_name("URL…");
  app.add_flag("--supervise", arguments.supervise, "Start clients again that have given up");
  app.add_option("--send-rate", arguments.send_rate, "Messages a second, over all clients (1)")
      ->check(CLI::Range(0.001, 1e6))
      ->type_name("N");
  CLI::Option* const message = app.add_option("--message", arguments.message, "What is sent (ping)")->type_name("TEXT");
  CLI::Option* const request =
      app.add_option("--request", arguments.request, "Send requests of this method instead, and wait for answers")
          ->type_name("METHOD")
          ->excludes(message);
  app.add_flag("--idempotent", arguments.idempotent, "Ask another client when an answer is in doubt")->needs(request);
  add_parsed(
      app, "--heartbeat", parse_heartbeat,
      [&arguments](zenws::Heartbeat beat) { arguments.options.heartbeat = std::move(beat); },
      "ping_pong, deribit or binance, with or without its interval, for example ping_pong:20",
      "How a dead connection is found out (ping_pong:1)")
      ->type_name("TYPE[:SECONDS]");
  add_parsed(
      app, "--retry", parse_retries, [&arguments](int number) { arguments.options.retry_count = number; },
      "a number, or unlimited", "Connect again so many times before a client gives up, or unlimited (3)")
      ->type_name("N");
  app.add_option("--ca", arguments.options.tls.ca_file, "CAs to trust instead of the system's")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  app.add_option("--count", arguments.count, "End after so many messages")->check(CLI::PositiveNumber)->type_name("N");
  const auto set_duration = [&arguments](std::chrono::milliseconds time) { arguments.duration = time; };
  add_duration(app, "--for", set_duration, "End after this time");
  const auto set_every = [&arguments](std::chrono::milliseconds time) { arguments.every = time; };
  add_duration(app, "--every", set_every, "Between two tables (1s)");
  app.footer(
      "A table on stdout, in place on a terminal; elsewhere what happens to each client is told on stderr.\n"
      "Exit code: 0 ended as asked, 1 wrong arguments, 2 no client ever connected, 3 all have given up, 5 nobody "
      "reads.");
  app.callback([&] { exit = run_pool(arguments); });
}

int run(int argc, char** argv) {
  CLI::App program{"zenws: a WebSocket client for trading feeds", "zenws"};
  program.require_subcommand(1);
  program.set_version_flag("--version", "zenws " ZENWS_VERSION);
  Exit exit = Exit::ok;
  ConnectArguments connect;
  ConnectArguments doctor;
  ServeArguments serve;
  SoakArguments soak;
  PoolArguments pool;
  std::string name;
  std::chrono::milliseconds duration{6000};
  add_connect(program, connect, exit);
  add_serve(program, serve, exit);
  add_explain(program, name, exit);
  add_doctor(program, doctor, exit);
  add_demo(program, duration, exit);
  add_soak(program, soak, exit);
  add_pool(program, pool, exit);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  return static_cast<int>(exit);
}

}  // namespace

// Nothing of ours throws; memory can run out, and CLI11 has exceptions of its own.
int main(int argc, char** argv) try {
  fill_standard_descriptors();
  return run(argc, argv);
} catch (const std::exception& unexpected) {
  fmt::print(stderr, "zenws: {}\n", unexpected.what());
  return static_cast<int>(Exit::failed);
}

// The commands about one connection: connect, record, doctor, explain. See commands.hpp.
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "command_line/command_line.hpp"
#include "command_line/commands.hpp"
#include "command_line/option_values.hpp"
#include "connect/connect.hpp"
#include "connect/doctor.hpp"
#include "connect/explain.hpp"
#include "recordings/record.hpp"

namespace zenws::program {
namespace {

constexpr const char* connect_footer =
    "Lines from stdin are sent as they are, a message each. Messages go to stdout, a line each: text with control\n"
    "characters, direction marks and invalid bytes as \\xNN, binary as 0x and hexadecimal digits. What happens to the\n"
    "connection is told on stderr.\n"
    "The end of stdin does not end the connection: the server does by closing it, --count, --for, or Ctrl-C, which\n"
    "closes it properly (a second Ctrl-C does not wait). To send one line and print one answer:\n"
    "  echo hi | zenws connect ws://127.0.0.1:8080 --count 1\n";

constexpr const char* record_footer =
    "A live line on a terminal; elsewhere a line every 10 s on stderr, with what happens to the connection.\n"
    "Ends by --count (a few more may be in the file), --for, Ctrl-C or the server; the file is whole then.\n"
    "The values of client_secret, access_token, refresh_token and signature are written as [REDACTED].\n";

// What keeps a connection: who is heard on it, how its death is found out, and what follows.
void add_staying_options(CLI::App& app, ConnectArguments& arguments) {
  Options& options = arguments.options;
  app.add_option("--subscribe", arguments.channels, "Channel to subscribe to, now and after each reconnect; repeatable")
      ->type_name("CHANNEL")
      ->allow_extra_args(false)
      ->check([](const std::string& name) { return name.empty() ? "a channel's name" : ""; });
  CLI::Option* const dialect =
      add_dialect(app, options.dialect, "How subscribing is said there: deribit or binance (deribit)");
  CLI::Option* const heartbeat = add_heartbeat(
      app, options.heartbeat, "Find a dead connection: ping_pong, deribit or binance (every 30 s; binance 180 s)");
  add_parsed(
      app, "--adapter", parse_adapter, [&arguments](Adapter adapter) { arguments.adapter = adapter; },
      "deribit or binance",
      "Connect as a venue wants it, by its adapter: deribit (credentials from DERIBIT_CLIENT_ID and …_SECRET) or "
      "binance")
      ->type_name("VENUE")
      ->excludes(dialect)
      ->excludes(heartbeat);
  add_retry(app, options.retry_count, "Connect again so many times, or unlimited (0)");
  add_parsed(
      app, "--rate-limit", parse_rate_limit,
      [&arguments](RateLimiterOptions limit) { arguments.rate_limit = std::move(limit); },
      "a number and a time, for example 20/1s", "Send at most so many messages in that time")
      ->type_name("N/TIME");
}

// Where to connect, and when to end.
void add_ending_options(CLI::App& app, ConnectArguments& arguments) {
  add_connection_options(app, arguments.url, arguments.options)->required(false);  // an adapter knows where
  app.add_option("--count", arguments.count, "End after so many messages")->check(positive())->type_name("N");
  add_duration(app, "--for", arguments.duration, "End so long after the connection opened");
}

// Once everything was read.
void settle_options(ConnectArguments& arguments) {
  if (arguments.url.empty() && !arguments.adapter) throw CLI::RequiredError("URL");
  arguments.options.reconnect_on_error = arguments.options.retry_count > 0;
}

void add_telling_options(CLI::App& app, ConnectArguments& arguments, const std::string& quiet) {
  add_metrics(app, arguments.metrics);
  app.add_flag("--quiet", arguments.quiet, quiet);
  app.add_flag("--debug", arguments.options.debug, "Tell every step on stderr");
}

}  // namespace

void add_connect(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<ConnectArguments>();
  ConnectArguments& arguments = *kept;
  CLI::App& app = *program.add_subcommand("connect", "Send lines, print messages");
  arguments.options.retry_count = 0;
  arguments.options.decode_json = false;
  add_ending_options(app, arguments);
  app.add_flag("--binary", arguments.binary, "Send lines as binary messages");
  add_staying_options(app, arguments);
  add_telling_options(app, arguments, "Only messages and errors");
  app.footer(std::string{connect_footer} + exit_codes_help);
  app.callback([kept, &exit] {
    settle_options(*kept);
    exit = run_connect(*kept);
  });
}

void add_record(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<ConnectArguments>();
  ConnectArguments& arguments = *kept;
  CLI::App& app = *program.add_subcommand("record", "Keep all that is on the wire in a file");
  Options& options = arguments.options;
  options.retry_count = 0;
  options.decode_json = false;
  options.handler = [](const Message&) {};
  add_ending_options(app, arguments);
  app.add_option("-o,--output", options.record_to, "The recording, JSON lines; appended to")
      ->required()
      ->type_name("FILE");
  app.add_option("--rotate-at", options.record.rotate_at, "Begin a new file at this size, for example 1GB")
      ->transform(CLI::AsSizeValue{true})
      ->type_name("SIZE");
  app.add_flag("--fsync", options.record.fsync, "Have the disk confirm every write");
  const auto add_redacted = [&options](const std::vector<std::string>& names) {
    options.record.redacted_keys.insert(options.record.redacted_keys.end(), names.begin(), names.end());
  };
  app.add_option_function<std::vector<std::string>>("--redact", add_redacted,
                                                    "JSON member to leave out, beside the usual; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  add_staying_options(app, arguments);
  add_telling_options(app, arguments, "Only errors");
  app.footer(std::string{record_footer} + exit_codes_help);
  app.callback([kept, &exit] {
    settle_options(*kept);
    exit = run_record(*kept);
  });
}

void add_doctor(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<ConnectArguments>();
  ConnectArguments& arguments = *kept;
  CLI::App& app = *program.add_subcommand("doctor", "Take one connection apart, step by step");
  add_connection_options(app, arguments.url, arguments.options);
  app.footer("Exit code: 0 healthy, 1 wrong arguments, 2 a step failed.");
  app.callback([kept, &exit] { exit = run_doctor(kept->url, kept->options); });
}

void add_explain(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<std::string>();
  std::string& name = *kept;
  CLI::App& app = *program.add_subcommand("explain", "What an error means, and what to do");
  app.add_option("CODE|NAME", name, "For example 401, 1006, send_queue_full, ECONNREFUSED")->required();
  app.footer("Exit code: 0, or 1 when nothing is known about it.");
  app.callback([kept, &exit] { exit = run_explain(*kept); });
}

}  // namespace zenws::program

// The commands about servers and many connections: serve, demo, soak, pool. See commands.hpp.
#include <chrono>
#include <memory>
#include <string>

#include "command_line/command_line.hpp"
#include "command_line/commands.hpp"
#include "pool/pool.hpp"
#include "servers/demo.hpp"
#include "servers/market_feed.hpp"
#include "servers/serve.hpp"
#include "servers/soak.hpp"

namespace zenws::program {

void add_serve(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<ServeArguments>();
  ServeArguments& arguments = *kept;
  CLI::App& app = *program.add_subcommand("serve", "A server on 127.0.0.1: echo, or a market feed; prints its URL");
  app.add_option("--port", arguments.port, "Port; any free one when not given")
      ->check(port_number())
      ->type_name("PORT");
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
  add_duration(app, "--for", arguments.duration, "End after this time");
  app.footer(
      "Echo: `ping` is answered with `pong`, other text with `echo: TEXT`, binary with itself.\n"
      "Feed: JSON-RPC 2.0; public/subscribe, public/unsubscribe, public/test, public/get_time.\n"
      "Ends on Ctrl-C or SIGTERM with code 0; with 5 when the port cannot be had.");
  app.add_flag("--compress", arguments.compress, "Take permessage-deflate from clients that offer it");
  app.callback([kept, &exit] { exit = run_serve(*kept); });
}

void add_demo(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<std::chrono::milliseconds>(6000);
  std::chrono::milliseconds& duration = *kept;
  CLI::App& app = *program.add_subcommand("demo", "A market feed over TLS and its client, both on this machine");
  add_duration(app, "--for", duration, "How long (6s)");
  app.footer(
      "The server drops the connection twice meanwhile: by close 1001, and by a reset.\n"
      "Exit code: 0 when trades and answers really came and the subscriptions were restored, 2 or 5 when not.");
  app.callback([kept, &exit] { exit = run_demo(*kept); });
}

void add_soak(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<SoakArguments>();
  SoakArguments& arguments = *kept;
  CLI::App& app = *program.add_subcommand("soak", "Many clients and a server that drops them, checked to the message");
  add_duration(app, "DURATION", arguments.duration, "How long, for example 10m")->required();
  app.add_option("--clients", arguments.clients, "How many (500)")->check(CLI::Range(1, 100'000))->type_name("N");
  add_duration(app, "--drop-every", arguments.drop_every, "Drop a random client so often (1s)");
  app.add_option("--rate", arguments.rate, "Messages a second to each client (2)")
      ->check(CLI::Range(0.001, 1e4))
      ->type_name("N");
  add_metrics(app, arguments.metrics);
  app.footer(
      "Drops are by close 1001 and by a reset in turn. A line every 10 s on stderr; Ctrl-C ends it early, with its "
      "checks.\n"
      "Exit code: 0 when every check passes, 1 when one fails (or for wrong arguments), 2 or 5 when it could not run.");
  app.callback([kept, &exit] { exit = run_soak(*kept); });
}

void add_pool(CLI::App& program, Exit& exit) {
  const auto kept = std::make_shared<PoolArguments>();
  PoolArguments& arguments = *kept;
  CLI::App& app = *program.add_subcommand("pool", "Messages to several servers, each by the healthiest client");
  arguments.options.heartbeat = Heartbeat::ping_pong(std::chrono::seconds{1});
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
  add_heartbeat(app, arguments.options.heartbeat, "How a dead connection is found out (ping_pong:1)");
  add_retry(app, arguments.options.retry_count,
            "Connect again so many times before a client gives up, or unlimited (3)");
  add_ca(app, arguments.options.tls);
  add_metrics(app, arguments.metrics);
  app.add_option("--count", arguments.count, "End after so many messages")->check(positive())->type_name("N");
  add_duration(app, "--for", arguments.duration, "End after this time");
  add_duration(app, "--every", arguments.every, "Between two tables (1s)");
  app.footer(
      "A table on stdout, in place on a terminal; elsewhere what happens to each client is told on stderr.\n"
      "Exit code: 0 ended as asked, 1 wrong arguments, 2 no client ever connected, 3 all have given up, 5 nobody "
      "reads.");
  app.callback([kept, &exit] { exit = run_pool(*kept); });
}

}  // namespace zenws::program

#include "command_line/command_line.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "command_line/option_values.hpp"
#include "console/duration.hpp"

namespace zenws::program {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The value may be a secret: no message repeats it.
Header parse_header(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = trimmed(text.substr(0, colon));
  if (colon == std::string_view::npos || name.empty())
    throw CLI::ValidationError("--header", "of the form 'Name: value'");
  return {std::string{name}, std::string{trimmed(text.substr(colon + 1))}};
}

CLI::Validator whole_number_up_to(std::uint64_t most, std::uint64_t least, std::string wanted) {
  return {[most, least, wanted = std::move(wanted)](std::string& text) {
            std::uint64_t number = 0;
            const char* const end = text.data() + text.size();
            const auto [rest, failure] = std::from_chars(text.data(), end, number);
            const bool fits = failure == std::errc{} && rest == end && number >= least && number <= most;
            return fits ? std::string{} : wanted + ", not " + text;
          },
          ""};
}

}  // namespace

std::chrono::milliseconds duration_of(const std::string& name, const std::string& text) {
  const auto parsed = parse_duration(text);
  if (!parsed || *parsed <= std::chrono::milliseconds{0}) {
    throw CLI::ValidationError(name, "a time with its unit, for example 250ms, 10s, 5m or 1h");
  }
  return *parsed;
}

CLI::Validator positive() { return whole_number_up_to(std::uint64_t{1} << 63U, 1, "a whole number above 0"); }

CLI::Validator port_number() { return whole_number_up_to(65535, 0, "a port, 0 to 65535"); }

CLI::Option* add_heartbeat(CLI::App& app, Heartbeat& heartbeat, const std::string& help) {
  return add_parsed(
             app, "--heartbeat", parse_heartbeat, [&heartbeat](Heartbeat beat) { heartbeat = std::move(beat); },
             "ping_pong, deribit or binance, with or without its interval, for example ping_pong:20", help)
      ->type_name("TYPE[:SECONDS]");
}

void add_retry(CLI::App& app, int& retry_count, const std::string& help) {
  add_parsed(
      app, "--retry", parse_retries, [&retry_count](int number) { retry_count = number; }, "a number, or unlimited",
      help)
      ->type_name("N");
}

void add_ca(CLI::App& app, TlsOptions& tls) {
  app.add_option("--ca", tls.ca_file, "CAs to trust instead of the system's")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
}

CLI::Option* add_dialect(CLI::App& app, std::shared_ptr<const Dialect>& dialect, const std::string& help) {
  const auto use = [&dialect](const std::string& text) {
    dialect = parse_dialect(text);
    if (!dialect) throw CLI::ValidationError("--dialect", "deribit or binance, not " + text);
  };
  return app.add_option_function<std::string>("--dialect", use, help)->type_name("VENUE");
}

void add_metrics(CLI::App& app, std::optional<MetricsAddress>& address) {
  add_parsed(
      app, "--metrics", parse_metrics_address, [&address](MetricsAddress where) { address = std::move(where); },
      "an IP address and a port, for example 127.0.0.1:9464", "Show metrics to Prometheus there, under /metrics")
      ->type_name("HOST:PORT");
}

CLI::Option* add_connection_options(CLI::App& app, std::string& url, Options& options) {
  CLI::Option* const where = app.add_option("URL", url, "ws://… or wss://…")->required();
  const auto add_headers = [&options](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) options.headers.push_back(parse_header(text));
  };
  app.add_option_function<std::vector<std::string>>("-H,--header", add_headers, "Header of the upgrade; repeatable")
      ->type_name("'NAME: VALUE'")
      ->allow_extra_args(false);
  app.add_option("--subprotocol", options.subprotocols, "Subprotocol to offer; repeatable, the preferred one first")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_flag("--compress", options.compression.enabled, "Offer permessage-deflate");
  add_ca(app, options.tls);
  app.add_flag("--insecure", options.tls.insecure_skip_verify, "Accept any certificate; for experiments only");
  add_duration(app, "--timeout", options.timeout, "Longest time of one attempt to connect (5s)");
  return where;
}

}  // namespace zenws::program

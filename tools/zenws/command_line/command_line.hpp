// The options that several commands share.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include <zenws/dialect.hpp>
#include <zenws/options.hpp>

#include "command_line/metrics_endpoint.hpp"

namespace zenws::program {

// `10s`, `250ms`, …; more than nothing. Throws what CLI11 takes for a wrong value of `name`.
[[nodiscard]] std::chrono::milliseconds duration_of(const std::string& name, const std::string& text);
// An option of that form, for `target`.
template <class T>
CLI::Option* add_duration(CLI::App& app, const std::string& name, T& target, const std::string& help) {
  const auto read = [name, &target](const CLI::results_t& texts) {
    target = duration_of(name, texts.back());
    return true;
  };
  return app.add_option(name, read, help)->type_name("TIME");
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

// 1 to 2^63, and 0 to 65535; the message tells that.
[[nodiscard]] CLI::Validator positive();
[[nodiscard]] CLI::Validator port_number();
// Where and how to connect: what connect and doctor have in common. The option for the URL.
CLI::Option* add_connection_options(CLI::App& app, std::string& url, Options& options);
CLI::Option* add_heartbeat(CLI::App& app, Heartbeat& heartbeat, const std::string& help);
void add_retry(CLI::App& app, int& retry_count, const std::string& help);
void add_ca(CLI::App& app, TlsOptions& tls);
CLI::Option* add_dialect(CLI::App& app, std::shared_ptr<const Dialect>& dialect, const std::string& help);
void add_metrics(CLI::App& app, std::optional<MetricsAddress>& address);

}  // namespace zenws::program

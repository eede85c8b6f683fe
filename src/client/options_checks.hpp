// What the value of an option must be. Errors: invalid_config in phase config, with the broken rule as detail.
#pragma once

#include <string_view>
#include <vector>

#include <zenws/options.hpp>

namespace zenws::client {

// A check is told the option's name, its value, and all the others.

// "max_age", "positive": "Max age must be positive".
[[nodiscard]] Result<> require(bool holds, std::string_view name, std::string_view rule);

template <class T>
Result<> anything(std::string_view, const T&, const Options&) {
  return {};
}

template <class T>
Result<> positive(std::string_view name, const T& value, const Options&) {
  return require(value > T{}, name, "positive");
}

template <class T>
Result<> non_negative(std::string_view name, const T& value, const Options&) {
  return require(value >= T{}, name, "non-negative");
}

[[nodiscard]] Result<> a_share(std::string_view name, const double& value, const Options& options);
[[nodiscard]] Result<> a_longest_delay(std::string_view name, const std::chrono::milliseconds& value,
                                       const Options& options);
[[nodiscard]] Result<> good_headers(std::string_view name, const std::vector<Header>& value, const Options& options);
[[nodiscard]] Result<> a_heartbeat(std::string_view name, const Heartbeat& value, const Options& options);
[[nodiscard]] Result<> good_record(std::string_view name, const RecordOptions& value, const Options& options);
[[nodiscard]] Result<> good_tls(std::string_view name, const TlsOptions& value, const Options& options);
[[nodiscard]] Result<> a_compression(std::string_view name, const Compression& value, const Options&);
[[nodiscard]] Result<> good_subprotocols(std::string_view name, const std::vector<std::string>& value,
                                         const Options& options);
[[nodiscard]] Result<> a_name(std::string_view name, const std::string& value, const Options& options);
[[nodiscard]] Result<> good_labels(std::string_view name, const std::vector<Label>& value, const Options& options);

}  // namespace zenws::client

// See options_checks.hpp.
#include "client/options_checks.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "client/endpoint.hpp"

namespace zenws::client {

namespace {

using namespace std::chrono_literals;

Result<> refuse_unless(bool holds, std::string_view text) {
  if (holds) return {};
  return std::unexpected{Error{errc::invalid_config, Phase::config, std::string{text}}};
}

// "retry_count": "Retry count".
std::string title_of(std::string_view name) {
  std::string title{name};
  std::ranges::replace(title, '_', ' ');
  if (!title.empty() && title.front() >= 'a' && title.front() <= 'z') {
    title.front() = static_cast<char>(title.front() - 'a' + 'A');
  }
  return title;
}

}  // namespace

Result<> require(bool holds, std::string_view name, std::string_view rule) {
  return holds ? Result<>{} : refuse_unless(false, fmt::format("{} must be {}", title_of(name), rule));
}

Result<> a_share(std::string_view name, const double& value, const Options&) {
  return require(value >= 0 && value <= 1, name, "between 0 and 1");  // NaN is not
}

Result<> a_longest_delay(std::string_view name, const std::chrono::milliseconds& value, const Options& options) {
  if (Result<> valid = positive(name, value, options); !valid) return valid;
  return require(value >= options.retry_delay, name, ">= retry delay");
}

Result<> good_headers(std::string_view, const std::vector<Header>& value, const Options&) {
  return check_headers(value);
}

Result<> a_heartbeat(std::string_view, const Heartbeat& value, const Options&) {
  // Zero stands for heartbeat_interval.
  if (Result<> valid = require(value.interval >= 0ms, "heartbeat_interval", "positive"); !valid) return valid;
  return refuse_unless(value.type != HeartbeatType::custom || (value.message && value.is_answer),
                       "A custom heartbeat needs a message and a predicate for its answer");
}

Result<> good_record(std::string_view, const RecordOptions& value, const Options& options) {
  if (value.rotate_at > 0) {
    if (Result<> valid = positive("rotated_files", value.rotated_files, options); !valid) return valid;
  }
  if (Result<> valid = positive("record_memory_limit", value.memory_limit, options); !valid) return valid;
  return refuse_unless(std::ranges::none_of(value.redacted_keys, &std::string::empty), "A redacted key needs a name");
}

Result<> good_tls(std::string_view, const TlsOptions& value, const Options&) {
  return refuse_unless(!value.server_name.starts_with('.'), "TLS server name must not begin with a dot");
}

Result<> good_subprotocols(std::string_view, const std::vector<std::string>& value, const Options&) {
  return check_subprotocols(value);
}

}  // namespace zenws::client

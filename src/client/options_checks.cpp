#include "client/options_checks.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/escape.hpp"
#include "base/labels.hpp"
#include "base/utf8.hpp"
#include "client/endpoint.hpp"
#include "ws/deflate_params.hpp"

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

// What is no key is not shown: a value, perhaps a secret, gets into its place.
Result<> check_label(const Label& label, std::size_t number) {
  if (!is_label_key(label.key)) {
    return refuse_unless(false, fmt::format("Invalid label: number {} needs a key of letters, digits and _, at most {} "
                                            "bytes, that begins with no digit",
                                            number, longest_label));
  }
  return refuse_unless(
      label.value.size() <= longest_label && is_utf8(label.value),
      fmt::format("Invalid label: {} needs a value of UTF-8, at most {} bytes", label.key, longest_label));
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
  if (value.type == HeartbeatType::request && !value.request) {
    return refuse_unless(false, "A heartbeat by request needs a function that makes the request");
  }
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

Result<> a_compression(std::string_view, const Compression& value, const Options&) { return ws::check(value); }

Result<> good_subprotocols(std::string_view, const std::vector<std::string>& value, const Options&) {
  return check_subprotocols(value);
}

Result<> a_name(std::string_view name, const std::string& value, const Options&) {
  return require(value.size() <= longest_label && escape_controls(value) == value, name,
                 fmt::format("at most {} bytes of UTF-8 without control characters", longest_label));
}

Result<> good_labels(std::string_view name, const std::vector<Label>& value, const Options&) {
  if (value.size() > most_labels) return require(false, name, fmt::format("at most {}", most_labels));
  std::set<std::string_view> keys;
  for (const Label& label : value) {
    if (Result<> valid = check_label(label, keys.size() + 1); !valid) return valid;
    if (!keys.insert(label.key).second) return refuse_unless(false, fmt::format("Label {} is given twice", label.key));
  }
  return {};
}

}  // namespace zenws::client

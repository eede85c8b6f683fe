// The contract's table of options: the rules in their order, and the options as text without their secrets.
#include <algorithm>
#include <array>
#include <span>
#include <string>

#include <fmt/format.h>

#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "base/redact.hpp"
#include "base/url.hpp"
#include "client/endpoint.hpp"

namespace zenws {

namespace {

using std::chrono::milliseconds;

Result<> refused(std::string text) {
  return std::unexpected{Error{errc::invalid_config, Phase::config, std::move(text)}};
}

// False for NaN too.
bool is_share(double value) noexcept { return value >= 0 && value <= 1; }

struct Rule {
  bool broken;
  std::string_view text;
};

Result<> check(std::span<const Rule> rules) {
  const auto broken = std::ranges::find_if(rules, &Rule::broken);
  return broken == rules.end() ? Result<>{} : refused(std::string{broken->text});
}

Result<> check_policies(const Options& options) {
  const milliseconds zero{0};
  return check(std::array{
      Rule{options.timeout <= zero, "Timeout must be positive"},
      Rule{options.retry_count < 0, "Retry count must be non-negative"},
      Rule{options.retry_delay <= zero, "Retry delay must be positive"},
      Rule{options.heartbeat_interval <= zero, "Heartbeat interval must be positive"},
      Rule{options.max_backoff <= zero, "Max backoff must be positive"},
      Rule{options.max_backoff < options.retry_delay, "Max backoff must be >= retry delay"},
      Rule{options.request_timeout <= zero, "Request timeout must be positive"},
      Rule{options.latency_buffer_size <= 0, "Latency buffer size must be positive"},
  });
}

Result<> check_bounds(const Options& options) {
  const milliseconds zero{0};
  const Heartbeat& heartbeat = options.heartbeat;
  const bool is_custom = heartbeat.type == HeartbeatType::custom;
  return check(std::array{
      Rule{heartbeat.interval < zero, "Heartbeat interval must be positive"},
      Rule{is_custom && (!heartbeat.message || !heartbeat.is_answer),
           "A custom heartbeat needs a message and a predicate for its answer"},
      Rule{options.max_missed_heartbeats < 0, "Max missed heartbeats must be non-negative"},
      Rule{options.tls.server_name.starts_with('.'), "TLS server name must not begin with a dot"},
      Rule{options.idle_timeout < zero, "Idle timeout must be non-negative"},
      Rule{!is_share(options.jitter), "Jitter must be between 0 and 1"},
      Rule{options.stable_after < zero, "Stable after must be non-negative"},
      Rule{options.connect_deadline < zero, "Connect deadline must be non-negative"},
      Rule{options.max_age < zero, "Max age must be non-negative"},
      Rule{options.close_timeout <= zero, "Close timeout must be positive"},
      Rule{options.max_message_size == 0, "Max message size must be positive"},
      Rule{options.send_queue_limit == 0, "Send queue limit must be positive"},
      Rule{options.mailbox_limit == 0, "Mailbox limit must be positive"},
      Rule{options.mailbox_bytes == 0, "Mailbox bytes must be positive"},
      Rule{options.handover_bytes == 0, "Handover bytes must be positive"},
      Rule{options.record.rotate_at > 0 && options.record.rotated_files <= 0, "Rotated files must be positive"},
      Rule{options.record.memory_limit == 0, "Record memory limit must be positive"},
      Rule{std::ranges::any_of(options.record.redacted_keys, &std::string::empty), "A redacted key needs a name"},
  });
}

Result<> check_feeds(const Options& options) {
  const milliseconds zero{0};
  return check(std::array{
      Rule{options.message_timeout < zero, "Message timeout must be non-negative"},
      Rule{options.subscribe_batch_size == 0, "Subscribe batch size must be positive"},
      Rule{options.subscribe_batch_delay < zero, "Subscribe batch delay must be non-negative"},
      Rule{options.silence_timeout < zero, "Silence timeout must be non-negative"},
  });
}

std::string header_names(const std::vector<Header>& headers) {
  std::string text;
  for (const Header& header : headers) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", header.name, redacted);
  return text;
}

}  // namespace

std::string_view to_string(MailboxOverflow overflow) noexcept {
  switch (overflow) {
    case MailboxOverflow::pause_reading:
      return "pause_reading";
    case MailboxOverflow::drop_oldest:
      return "drop_oldest";
    case MailboxOverflow::drop_newest:
      return "drop_newest";
    case MailboxOverflow::disconnect:
      return "disconnect";
  }
  return "unknown";
}

std::string_view to_string(HandlerFailure failure) noexcept {
  switch (failure) {
    case HandlerFailure::contain:
      return "contain";
    case HandlerFailure::stop:
      return "stop";
  }
  return "unknown";
}

// A function, not a braced initialiser: GCC 12 cannot compile that in the arguments of a co_await.
Result<> validate(std::string_view url, const Options& options) {
  const bool is_provided = url.empty() && options.endpoint_provider;
  if (!is_provided) {
    if (Result<Url> parsed = parse_url(url); !parsed) return std::unexpected{std::move(parsed).error()};
  }
  return client::check_options(options);
}

Result<> client::check_options(const Options& options) {
  if (Result<> valid = check_policies(options); !valid) return valid;
  if (Result<> valid = check_headers(options.headers); !valid) return valid;
  if (Result<> valid = check_bounds(options); !valid) return valid;
  if (Result<> valid = check_subprotocols(options.subprotocols); !valid) return valid;
  return check_feeds(options);
}

void client::bound_durations(Options& options) noexcept {
  for (milliseconds* const duration :
       {&options.timeout, &options.retry_delay, &options.heartbeat_interval, &options.max_backoff,
        &options.request_timeout, &options.heartbeat.interval, &options.idle_timeout, &options.stable_after,
        &options.connect_deadline, &options.max_age, &options.close_timeout, &options.message_timeout,
        &options.subscribe_batch_delay, &options.silence_timeout}) {
    *duration = bounded(*duration);
  }
}

std::string to_string(const Options& options) {
  const auto ms = [](milliseconds duration) { return fmt::format("{} ms", duration.count()); };
  const auto given = [](const auto& function) { return function ? "given" : "none"; };
  const auto secret = [](const std::string& text) { return text.empty() ? std::string_view{"none"} : redacted; };
  return fmt::format(
      "timeout {}, retry_count {}, retry_delay {}, heartbeat_interval {}, max_backoff {}, request_timeout {}, "
      "latency_buffer_size {}, headers [{}], debug {}, reconnect_on_error {}, restore_subscriptions {}, "
      "heartbeat {}, max_missed_heartbeats {}, idle_timeout {}, jitter {}, stable_after {}, connect_deadline {}, "
      "max_age {}, close_timeout {}, max_message_size {}, send_queue_limit {}, mailbox_limit {}, mailbox_bytes {}, "
      "handover_bytes {}, record_to {}, "
      "decode_json {}, "
      "ca_file {}, key "
      "{}, server_name {}, insecure_skip_verify {}, subprotocols [{}], message_timeout {}, endpoint_provider {}, "
      "handler {}, "
      "on_lifecycle {}, on_connect {}, on_disconnect {}, retry_policy {}, authenticate {}, dialect {}, "
      "subscribe_batch_size {}, "
      "subscribe_batch_delay {}, silence_timeout {}, rate_limiter {}",
      ms(options.timeout), options.retry_count == unlimited ? "unlimited" : std::to_string(options.retry_count),
      ms(options.retry_delay), ms(options.heartbeat_interval), ms(options.max_backoff), ms(options.request_timeout),
      options.latency_buffer_size, header_names(options.headers), options.debug, options.reconnect_on_error,
      options.restore_subscriptions, to_string(options.heartbeat.type), options.max_missed_heartbeats,
      ms(options.idle_timeout), options.jitter, ms(options.stable_after), ms(options.connect_deadline),
      ms(options.max_age), ms(options.close_timeout), options.max_message_size, options.send_queue_limit,
      options.mailbox_limit, options.mailbox_bytes, options.handover_bytes,
      options.record_to.empty() ? "none" : options.record_to, options.decode_json,
      options.tls.ca_file.empty() ? "system" : options.tls.ca_file, secret(options.tls.key_file + options.tls.key_pem),
      options.tls.server_name.empty() ? "from the URL" : options.tls.server_name, options.tls.insecure_skip_verify,
      fmt::join(options.subprotocols, ", "), ms(options.message_timeout), given(options.endpoint_provider),
      given(options.handler), given(options.on_lifecycle), given(options.on_connect), given(options.on_disconnect),
      given(options.retry_policy), given(options.authenticate), options.dialect ? "given" : "deribit",
      options.subscribe_batch_size, ms(options.subscribe_batch_delay), ms(options.silence_timeout),
      given(options.rate_limiter));
}

}  // namespace zenws

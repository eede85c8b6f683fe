// The contract's table of options: the rules in their order.
#include <algorithm>
#include <array>
#include <span>
#include <string>

#include <zenws/options.hpp>

#include "base/clock.hpp"
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

}  // namespace

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

}  // namespace zenws

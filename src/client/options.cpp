// The contract's table of options: the rules in their order, and the options as text without their secrets.
#include <algorithm>
#include <array>
#include <span>
#include <string>

#include <fmt/format.h>

#include <zenws/options.hpp>

#include "base/redact.hpp"
#include "base/url.hpp"
#include "ws/upgrade.hpp"

namespace zenws {

namespace {

using std::chrono::milliseconds;

Result<> refused(std::string text) {
  return std::unexpected{Error{errc::invalid_config, Phase::config, std::move(text)}};
}

// RFC 9110 §5.6.2.
bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const auto is_token_char = [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || marks.contains(c);
  };
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_header(const Header& header) noexcept {
  constexpr std::string_view forbidden{"\r\n\0", 3};
  return is_token(header.name) && header.value.find_first_of(forbidden) == std::string::npos &&
         !ws::is_handshake_header(header.name);
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
  return check(std::array{
      Rule{!is_share(options.jitter), "Jitter must be between 0 and 1"},
      Rule{options.stable_after < zero, "Stable after must be non-negative"},
      Rule{options.connect_deadline < zero, "Connect deadline must be non-negative"},
      Rule{options.close_timeout <= zero, "Close timeout must be positive"},
      Rule{options.max_message_size == 0, "Max message size must be positive"},
      Rule{options.send_queue_limit == 0, "Send queue limit must be positive"},
      Rule{options.mailbox_limit == 0, "Mailbox limit must be positive"},
  });
}

std::string header_names(const std::vector<Header>& headers) {
  std::string text;
  for (const Header& header : headers) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", header.name, redacted);
  return text;
}

}  // namespace

Result<> validate(std::string_view url, const Options& options) {
  if (Result<Url> parsed = parse_url(url); !parsed) return std::unexpected{std::move(parsed).error()};
  if (Result<> valid = check_policies(options); !valid) return valid;
  const auto bad_header = std::ranges::find_if_not(options.headers, is_header);
  if (bad_header != options.headers.end()) return refused("Invalid header: " + bad_header->name);
  if (Result<> valid = check_bounds(options); !valid) return valid;
  const auto bad_subprotocol = std::ranges::find_if_not(options.subprotocols, is_token);
  if (bad_subprotocol != options.subprotocols.end()) return refused("Invalid subprotocol: " + *bad_subprotocol);
  return {};
}

std::string to_string(const Options& options) {
  const auto ms = [](milliseconds duration) { return fmt::format("{} ms", duration.count()); };
  const auto secret = [](const std::string& text) { return text.empty() ? std::string_view{"none"} : redacted; };
  return fmt::format(
      "timeout {}, retry_count {}, retry_delay {}, heartbeat_interval {}, max_backoff {}, request_timeout {}, "
      "latency_buffer_size {}, headers [{}], debug {}, reconnect_on_error {}, jitter {}, stable_after {}, "
      "connect_deadline {}, close_timeout {}, max_message_size {}, send_queue_limit {}, mailbox_limit {}, decode_json "
      "{}, "
      "ca_file {}, key {}, server_name {}, insecure_skip_verify {}, subprotocols [{}], handler {}, rate_limiter {}",
      ms(options.timeout), options.retry_count == unlimited ? "unlimited" : std::to_string(options.retry_count),
      ms(options.retry_delay), ms(options.heartbeat_interval), ms(options.max_backoff), ms(options.request_timeout),
      options.latency_buffer_size, header_names(options.headers), options.debug, options.reconnect_on_error,
      options.jitter, ms(options.stable_after), ms(options.connect_deadline), ms(options.close_timeout),
      options.max_message_size, options.send_queue_limit, options.mailbox_limit, options.decode_json,
      options.tls.ca_file.empty() ? "system" : options.tls.ca_file, secret(options.tls.key_file + options.tls.key_pem),
      options.tls.server_name.empty() ? "from the URL" : options.tls.server_name, options.tls.insecure_skip_verify,
      fmt::join(options.subprotocols, ", "), options.handler ? "given" : "none",
      options.rate_limiter ? "given" : "none");
}

}  // namespace zenws

// The contract's table of options: each rule, its text, and the order.
#include <functional>

#include <gtest/gtest.h>

#include <zenws/options.hpp>
#include <zenws/rate_limiter.hpp>

namespace zenws {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view good_url = "wss://example.com/feed";

std::string refusal(std::string_view url, const Options& options) {
  const Result<> valid = validate(url, options);
  if (valid) return "valid";
  EXPECT_EQ(valid.error(), errc::invalid_config);
  EXPECT_EQ(valid.error().phase(), Phase::config);
  return std::string{valid.error().detail()};
}

struct Case {
  std::function<void(Options&)> change;
  std::string text;
};

TEST(OptionsValidate, accepts_the_defaults) { EXPECT_EQ(refusal(good_url, {}), "valid"); }

TEST(OptionsValidate, names_the_broken_rule) {
  const Case cases[] = {
      {[](Options& o) { o.timeout = 0ms; }, "Timeout must be positive"},
      {[](Options& o) { o.retry_count = -1; }, "Retry count must be non-negative"},
      {[](Options& o) { o.retry_delay = 0ms; }, "Retry delay must be positive"},
      {[](Options& o) { o.heartbeat_interval = -1ms; }, "Heartbeat interval must be positive"},
      {[](Options& o) { o.max_backoff = 0ms; }, "Max backoff must be positive"},
      {[](Options& o) { o.max_backoff = 999ms; }, "Max backoff must be >= retry delay"},
      {[](Options& o) { o.request_timeout = 0ms; }, "Request timeout must be positive"},
      {[](Options& o) { o.latency_buffer_size = 0; }, "Latency buffer size must be positive"},
      {[](Options& o) { o.headers = {{"X", "a\r\nb"}}; }, "Invalid header: X"},
      {[](Options& o) { o.headers = {{"X", std::string("a\0b", 3)}}; }, "Invalid header: X"},
      {[](Options& o) { o.headers = {{"X Y", "a"}}; }, "Invalid header: X Y"},
      {[](Options& o) { o.headers = {{"", "a"}}; }, "Invalid header: "},
      {[](Options& o) { o.headers = {{"Host", "a"}}; }, "Invalid header: Host"},
      {[](Options& o) { o.headers = {{"sec-websocket-key", "a"}}; }, "Invalid header: sec-websocket-key"},
      {[](Options& o) { o.heartbeat = Heartbeat::ping_pong(-1ms); }, "Heartbeat interval must be positive"},
      {[](Options& o) { o.heartbeat = Heartbeat::custom("tick", {}); },
       "A custom heartbeat needs a message and a predicate for its answer"},
      {[](Options& o) { o.max_missed_heartbeats = -1; }, "Max missed heartbeats must be non-negative"},
      {[](Options& o) { o.idle_timeout = -1ms; }, "Idle timeout must be non-negative"},
      {[](Options& o) { o.tls.server_name = ".example.com"; }, "TLS server name must not begin with a dot"},
      {[](Options& o) { o.record = {.rotate_at = 1, .rotated_files = 0}; }, "Rotated files must be positive"},
      {[](Options& o) { o.record.memory_limit = 0; }, "Record memory limit must be positive"},
      {[](Options& o) { o.record.redacted_keys = {"a", ""}; }, "A redacted key needs a name"},
      {[](Options& o) { o.subscribe_batch_size = 0; }, "Subscribe batch size must be positive"},
      {[](Options& o) { o.subscribe_batch_delay = -1ms; }, "Subscribe batch delay must be non-negative"},
      {[](Options& o) { o.silence_timeout = -1ms; }, "Silence timeout must be non-negative"},
      {[](Options& o) { o.jitter = 1.1; }, "Jitter must be between 0 and 1"},
      {[](Options& o) { o.jitter = std::numeric_limits<double>::quiet_NaN(); }, "Jitter must be between 0 and 1"},
      {[](Options& o) { o.stable_after = -1ms; }, "Stable after must be non-negative"},
      {[](Options& o) { o.max_age = -1ms; }, "Max age must be non-negative"},
      {[](Options& o) { o.connect_deadline = -1ms; }, "Connect deadline must be non-negative"},
      {[](Options& o) { o.close_timeout = 0ms; }, "Close timeout must be positive"},
      {[](Options& o) { o.max_message_size = 0; }, "Max message size must be positive"},
      {[](Options& o) { o.send_queue_limit = 0; }, "Send queue limit must be positive"},
      {[](Options& o) { o.mailbox_limit = 0; }, "Mailbox limit must be positive"},
      {[](Options& o) { o.mailbox_bytes = 0; }, "Mailbox bytes must be positive"},
      {[](Options& o) { o.handover_bytes = 0; }, "Handover bytes must be positive"},
      {[](Options& o) { o.message_timeout = -1ms; }, "Message timeout must be non-negative"},
      {[](Options& o) { o.subprotocols = {"a b"}; }, "Invalid subprotocol: a b"},
  };
  for (const Case& c : cases) {
    Options options;
    c.change(options);
    EXPECT_EQ(refusal(good_url, options), c.text);
  }
}

TEST(OptionsValidate, looks_at_the_url_first) {
  Options options;
  options.timeout = 0ms;
  EXPECT_EQ(refusal("", options), "URL is required");
  EXPECT_EQ(refusal("http://example.com", options), "Invalid URL format");
}

TEST(OptionsValidate, needs_no_url_when_an_endpoint_provider_gives_one) {
  Options options;
  options.endpoint_provider = [](int, const Error*) -> Result<Endpoint> { return Endpoint{}; };
  EXPECT_EQ(refusal("", options), "valid");
  EXPECT_EQ(refusal("http://example.com", options), "Invalid URL format");
  options.timeout = 0ms;
  EXPECT_EQ(refusal("", options), "Timeout must be positive");
}

TEST(OptionsValidate, tells_the_first_of_several_broken_rules) {
  Options options;
  options.retry_delay = 0ms;
  options.max_backoff = 0ms;
  options.headers = {{"Host", "x"}};
  EXPECT_EQ(refusal(good_url, options), "Retry delay must be positive");
}

TEST(OptionsValidate, accepts_the_ends_of_ranges) {
  Options options;
  options.retry_count = unlimited;
  options.jitter = 0;
  options.retry_delay = options.max_backoff;
  options.headers = {{"Authorization", "Bearer abc"}, {"X-Empty", ""}};
  EXPECT_EQ(refusal(good_url, options), "valid");
}

TEST(OptionsText, tells_whether_there_is_a_rate_limiter) {
  Options options;
  EXPECT_TRUE(to_string(options).ends_with("rate_limiter none"));
  options.rate_limiter = RateLimiter::create().value();
  EXPECT_TRUE(to_string(options).ends_with("rate_limiter given"));
}

TEST(OptionsText, never_holds_a_secret) {
  Options options;
  options.headers = {{"Authorization", "Bearer s3cret"}};
  options.tls.key_pem = "-----BEGIN PRIVATE KEY----- s3cret";
  const std::string text = to_string(options);
  EXPECT_EQ(text.find("s3cret"), std::string::npos);
  EXPECT_NE(text.find("Authorization: [REDACTED]"), std::string::npos);
}

TEST(OptionsText, tells_which_functions_were_given) {
  Options options;
  EXPECT_NE(to_string(options).find("endpoint_provider none, handler none, on_lifecycle none, on_connect none, "
                                    "on_disconnect none, retry_policy none"),
            std::string::npos);
  options.retry_policy = [](const Error&) { return std::nullopt; };
  options.on_connect = [](const ClientRef&) {};
  EXPECT_NE(to_string(options).find("on_lifecycle none, on_connect given, on_disconnect none, retry_policy given"),
            std::string::npos);
}

}  // namespace
}  // namespace zenws

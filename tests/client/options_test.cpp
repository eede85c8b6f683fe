// The contract's table of options: each rule, its text, and the order.
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/options.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/runtime.hpp>

#include "base/member_count.hpp"
#include "client/endpoint.hpp"
#include "client/options_table.hpp"

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
  const std::string a_bad_name = "Name must be at most 128 bytes of UTF-8 without control characters";
  const std::string a_bad_key =
      "Invalid label: number 2 needs a key of letters, digits and _, at most 128 bytes, that begins with no digit";
  const std::string a_bad_value = "Invalid label: a needs a value of UTF-8, at most 128 bytes";
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
      {[](Options& o) { o.subprotocols = {"a", "a b"}; }, "Invalid subprotocol: number 2"},
      {[](Options& o) { o.name = std::string(129, 'x'); }, a_bad_name},
      {[](Options& o) { o.name = "feed\n"; }, a_bad_name},
      {[](Options& o) { o.name = "\xFF"; }, a_bad_name},
      {[](Options& o) { o.labels = std::vector<Label>(17); }, "Labels must be at most 16"},
      {[](Options& o) { o.labels = {{"a", ""}, {"", "x"}}; }, a_bad_key},
      {[](Options& o) { o.labels = {{"a", ""}, {"7", "x"}}; }, a_bad_key},
      {[](Options& o) { o.labels = {{"a", ""}, {"a-b", "x"}}; }, a_bad_key},
      {[](Options& o) { o.labels = {{"a", ""}, {std::string(129, 'x'), ""}}; }, a_bad_key},
      {[](Options& o) { o.labels = {{"a", std::string(129, 'x')}}; }, a_bad_value},
      {[](Options& o) { o.labels = {{"a", "\xC3"}}; }, a_bad_value},
      {[](Options& o) { o.labels = {{"a", "x"}, {"b", "x"}, {"a", "y"}}; }, "Label a is given twice"},
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
  options.name = "价格 (\\a: b) " + std::string(113, 'x');
  EXPECT_EQ(options.name.size(), 128U);
  options.labels = {{"_", ""}, {"__Z9", std::string(128, 'x')}, {std::string(128, 'a'), "a\nb 价格"}};
  for (int i = 0; i < 13; ++i) options.labels.push_back({"a" + std::to_string(i), ""});
  EXPECT_EQ(refusal(good_url, options), "valid");
}

// By the table, so that none is forgotten that is added later.
template <class F>
void for_each_duration(Options& options, const F& f) {
  client::for_each_option([&](const auto& row) {
    using Value = std::remove_cvref_t<decltype(options.*row.member)>;
    if constexpr (std::is_same_v<Value, std::chrono::milliseconds>) f(row.name, options.*row.member);
  });
  f("heartbeat.interval", options.heartbeat.interval);
}

TEST(OptionsBound, makes_each_duration_one_that_can_be_added_to_a_time) {
  Options options;
  for_each_duration(options, [](std::string_view, auto& duration) { duration = std::chrono::milliseconds::max(); });
  client::bound_durations(options);
  EXPECT_EQ(options.timeout, std::chrono::years{100});
  for_each_duration(options, [](std::string_view name, const auto& duration) {
    EXPECT_EQ(duration, std::chrono::years{100}) << name;
  });
}

TEST(OptionsBound, leaves_what_is_short_enough_as_it_is) {
  Options options{.timeout = 7ms, .heartbeat = Heartbeat::ping_pong(20s), .silence_timeout = 0ms};
  options.max_age = std::chrono::years{100};
  const std::string before = to_string(options);
  client::bound_durations(options);
  EXPECT_EQ(to_string(options), before);
}

using Names = std::vector<std::string>;

// The members of a struct of options.hpp, in their order.
Names members_of(const std::string& name) {
  std::ifstream header{std::filesystem::path{ZENWS_SOURCE_DIR} / "include/zenws/options.hpp"};
  if (name == "Heartbeat")
    header = std::ifstream{std::filesystem::path{ZENWS_SOURCE_DIR} / "include/zenws/heartbeat.hpp"};
  Names names;
  bool inside = false;
  const std::regex member{R"(  [^ /\[].*?(\w+)(\{.*\}| = .*);.*)"};
  for (std::string line; std::getline(header, line);) {
    if (line == "struct " + name + " {") inside = true;
    if (line == "};") inside = false;
    if (std::smatch found; inside && std::regex_match(line, found, member)) names.push_back(found[1]);
  }
  return names;
}

Names with_their_members(const Names& options) {
  const std::vector<std::pair<std::string, std::string>> structs{
      {"heartbeat", "Heartbeat"}, {"record", "RecordOptions"}, {"tls", "TlsOptions"}};
  Names names;
  for (const std::string& option : options) {
    names.push_back(option);
    for (const auto& [own, type] : structs) {
      if (option != own) continue;
      for (const std::string& member : members_of(type)) names.push_back(member);
    }
  }
  return names;
}

// The words in front of the values of "a 1, b [x, y], c {d 2}": a, b, c, d.
Names shown_in(const std::string& text) {
  const std::string without_lists = std::regex_replace(text, std::regex{R"(\[[^\]]*\])"}, "list");
  const std::regex word{R"((^|, |\{)(\w+) )"};
  Names names;
  for (std::sregex_iterator at{without_lists.begin(), without_lists.end(), word}; at != std::sregex_iterator{}; ++at) {
    names.push_back((*at)[2]);
  }
  return names;
}

TEST(OptionsText, shows_every_option) {
  const Names options = members_of("Options");
  EXPECT_EQ(options.size(), member_count<Options>()) << "the test does not find every member in the header";
  EXPECT_EQ(members_of("RecordOptions").size(), member_count<RecordOptions>());
  EXPECT_EQ(members_of("TlsOptions").size(), member_count<TlsOptions>());
  EXPECT_EQ(members_of("Heartbeat").size(), member_count<Heartbeat>());
  EXPECT_EQ(shown_in(to_string(Options{})), with_their_members(options));
}

TEST(OptionsText, tells_what_differs_from_the_defaults) {
  Runtime runtime;
  const std::vector<std::pair<std::function<void(Options&)>, std::string>> cases{
      {[](Options& o) { o.retry_count = unlimited; }, "retry_count unlimited"},
      {[](Options& o) { o.mailbox_overflow = MailboxOverflow::drop_oldest; }, "mailbox_overflow drop_oldest"},
      {[](Options& o) { o.handler_failure = HandlerFailure::stop; }, "handler_failure stop"},
      {[](Options& o) { o.heartbeat = Heartbeat::ping_pong(20s); }, "heartbeat {type ping_pong, interval 20000 ms"},
      {[](Options& o) { o.record_to = "/tmp/a.jsonl"; }, "record_to /tmp/a.jsonl"},
      {[](Options& o) { o.record.fsync = true; }, "fsync true"},
      {[](Options& o) { o.record.redacted_keys = {"a", "b"}; }, "redacted_keys [a, b]"},
      {[](Options& o) { o.tls.certificate_file = "c.pem"; }, "certificate_file c.pem"},
      {[](Options& o) { o.tls.pinned_spki_sha256 = {"abc="}; }, "pinned_spki_sha256 [abc=]"},
      {[](Options& o) { o.subprotocols = {"a", "b"}; }, "subprotocols [[REDACTED], [REDACTED]]"},
      {[](Options& o) { o.retry_policy = [](const Error&) { return std::nullopt; }; }, "retry_policy given"},
      {[](Options& o) { o.rate_limiter = RateLimiter::create().value(); }, "rate_limiter given"},
      {[&](Options& o) { o.runtime = &runtime; }, "runtime given"},
      {[](Options& o) { o.name = "feed-a"; }, "name feed-a"},
      {[](Options& o) { o.labels = {{"venue", "deribit"}, {"kind", "a\nb"}}; }, R"(labels [venue=deribit, kind=a\nb])"},
  };
  for (const auto& [change, shown] : cases) {
    Options options;
    EXPECT_FALSE(to_string(options).contains(shown)) << shown;
    change(options);
    EXPECT_TRUE(to_string(options).contains(shown)) << shown << " in " << to_string(options);
  }
}

TEST(OptionsText, never_holds_a_secret) {
  const std::function<void(Options&)> secrets[] = {
      [](Options& o) { o.headers = {{"Authorization", "Bearer s3cret"}}; },
      [](Options& o) { o.headers = {{"Bearer s3cret", "Authorization"}}; },
      [](Options& o) { o.headers = {{"s3cret", "X-MBX-APIKEY"}}; },
      [](Options& o) { o.headers = {{"Authorization: Bearer s3cret", ""}}; },
      [](Options& o) { o.headers = {{"X", "a\r\nCookie: s3cret"}}; },
      [](Options& o) { o.headers = {{"X\r\nCookie: s3cret", "a"}}; },
      [](Options& o) { o.subprotocols = {"access_token", "s3cret"}; },
      [](Options& o) { o.subprotocols = {"bearer s3cret=="}; },
      [](Options& o) { o.tls.key_pem = "-----BEGIN PRIVATE KEY-----\ns3cret"; },
      [](Options& o) { o.tls.key_file = "-----BEGIN PRIVATE KEY-----\ns3cret"; },
      [](Options& o) { o.tls.certificate_pem = "-----BEGIN PRIVATE KEY-----\ns3cret"; },
      [](Options& o) { o.tls.certificate_file = "-----BEGIN PRIVATE KEY-----\ns3cret"; },
      [](Options& o) { o.tls.ca_pem = "-----BEGIN PRIVATE KEY-----\ns3cret"; },
      [](Options& o) { o.labels = {{"Bearer s3cret", ""}}; },
      [](Options& o) { o.heartbeat = Heartbeat::custom("s3cret", [](const Message&) { return true; }); },
  };
  for (const auto& hide : secrets) {
    Options options;
    hide(options);
    EXPECT_FALSE(to_string(options).contains("s3cret")) << to_string(options);
    EXPECT_FALSE(refusal(good_url, options).contains("s3cret")) << refusal(good_url, options);
  }
  Options options;
  options.headers = {{"Authorization", "Bearer s3cret"}, {"X-MBX-APIKEY", "s3cret"}};
  EXPECT_TRUE(to_string(options).contains("headers [Authorization: [REDACTED], X-MBX-APIKEY: [REDACTED]]"));
}

}  // namespace
}  // namespace zenws

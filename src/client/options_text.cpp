// The options as text, all of them and none of their secrets.
#include <chrono>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <zenws/options.hpp>

#include "base/redact.hpp"

namespace zenws {

namespace {

// "name value, name value".
class Listing {
 public:
  template <class T>
  Listing& add(std::string_view name, const T& value) {
    fmt::format_to(std::back_inserter(text_), "{}{} {}", text_.empty() ? "" : ", ", name, value);
    return *this;
  }
  Listing& add(std::string_view name, std::chrono::milliseconds value) {
    return add(name, fmt::format("{} ms", value.count()));
  }
  // A function, a pointer.
  template <class T>
  Listing& add_given(std::string_view name, const T& value, std::string_view otherwise = "none") {
    return add(name, value ? std::string_view{"given"} : otherwise);
  }
  Listing& add_path(std::string_view name, std::string_view path, std::string_view otherwise = "none") {
    return add(name, path.empty() ? otherwise : shown_path(path));
  }
  Listing& add_secret(std::string_view name, std::string_view text) {
    return add(name, text.empty() ? std::string_view{"none"} : redacted);
  }
  Listing& add_struct(std::string_view name, const Listing& members) {
    return add(name, fmt::format("{{{}}}", members.text_));
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

std::string list(const std::vector<std::string>& texts) { return fmt::format("[{}]", fmt::join(texts, ", ")); }

std::string list(const std::vector<Header>& headers) {
  std::vector<std::string> texts;
  texts.reserve(headers.size());
  for (const Header& header : headers) texts.push_back(fmt::format("{}: {}", shown_name(header), redacted));
  return list(texts);
}

// They carry tokens, where nothing else can.
std::string list_hidden(std::size_t count) { return list(std::vector<std::string>(count, std::string{redacted})); }

Listing members_of(const Heartbeat& heartbeat) {
  return Listing{}
      .add("type", to_string(heartbeat.type))
      .add("interval", heartbeat.interval)
      .add_given("message", heartbeat.message)
      .add_given("is_answer", heartbeat.is_answer);
}

Listing members_of(const RecordOptions& record) {
  return Listing{}
      .add("rotate_at", record.rotate_at)
      .add("rotated_files", record.rotated_files)
      .add("fsync", record.fsync)
      .add("redacted_keys", list(record.redacted_keys))
      .add("memory_limit", record.memory_limit);
}

Listing members_of(const TlsOptions& tls) {
  return Listing{}
      .add_path("ca_file", tls.ca_file, "system")
      .add_secret("ca_pem", tls.ca_pem)
      .add_path("certificate_file", tls.certificate_file)
      .add_secret("certificate_pem", tls.certificate_pem)
      .add_path("key_file", tls.key_file)
      .add_secret("key_pem", tls.key_pem)
      .add("server_name", tls.server_name.empty() ? std::string_view{"from the URL"} : tls.server_name)
      .add("pinned_spki_sha256", list(tls.pinned_spki_sha256))
      .add("insecure_skip_verify", tls.insecure_skip_verify);
}

void add_connecting(Listing& listing, const Options& options) {
  listing.add("timeout", options.timeout)
      .add("retry_count", options.retry_count == unlimited ? "unlimited" : std::to_string(options.retry_count))
      .add("retry_delay", options.retry_delay)
      .add("heartbeat_interval", options.heartbeat_interval)
      .add("max_backoff", options.max_backoff)
      .add("request_timeout", options.request_timeout)
      .add("latency_buffer_size", options.latency_buffer_size)
      .add("headers", list(options.headers))
      .add("debug", options.debug)
      .add("reconnect_on_error", options.reconnect_on_error)
      .add("restore_subscriptions", options.restore_subscriptions)
      .add_struct("heartbeat", members_of(options.heartbeat))
      .add("max_missed_heartbeats", options.max_missed_heartbeats)
      .add("idle_timeout", options.idle_timeout)
      .add("jitter", options.jitter)
      .add("stable_after", options.stable_after)
      .add("connect_deadline", options.connect_deadline)
      .add("max_age", options.max_age)
      .add("close_timeout", options.close_timeout);
}

void add_bounds(Listing& listing, const Options& options) {
  listing.add("max_message_size", options.max_message_size)
      .add("send_queue_limit", options.send_queue_limit)
      .add("mailbox_limit", options.mailbox_limit)
      .add("mailbox_bytes", options.mailbox_bytes)
      .add("mailbox_overflow", to_string(options.mailbox_overflow))
      .add("handover_bytes", options.handover_bytes)
      .add_path("record_to", options.record_to)
      .add_struct("record", members_of(options.record))
      .add("decode_json", options.decode_json)
      .add_struct("tls", members_of(options.tls))
      .add("subprotocols", list_hidden(options.subprotocols.size()))
      .add("message_timeout", options.message_timeout);
}

void add_functions(Listing& listing, const Options& options) {
  listing.add_given("endpoint_provider", options.endpoint_provider)
      .add_given("handler", options.handler)
      .add("handler_failure", to_string(options.handler_failure))
      .add_given("on_lifecycle", options.on_lifecycle)
      .add_given("on_connect", options.on_connect)
      .add_given("on_disconnect", options.on_disconnect)
      .add_given("retry_policy", options.retry_policy)
      .add_given("authenticate", options.authenticate)
      .add_given("dialect", options.dialect, "deribit")
      .add("subscribe_batch_size", options.subscribe_batch_size)
      .add("subscribe_batch_delay", options.subscribe_batch_delay)
      .add("silence_timeout", options.silence_timeout)
      .add_given("rate_limiter", options.rate_limiter)
      .add_given("runtime", options.runtime != nullptr, "shared");
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

std::string to_string(const Options& options) {
  Listing listing;
  add_connecting(listing, options);
  add_bounds(listing, options);
  add_functions(listing, options);
  return listing.text();
}

}  // namespace zenws

// See settings.hpp.
#include "client/settings.hpp"

#include <mutex>
#include <tuple>
#include <utility>

namespace zenws::client {

namespace {

std::unique_ptr<const Callbacks> take_callbacks(Options& from) {
  const bool any = from.endpoint_provider || from.on_lifecycle || from.on_connect || from.on_disconnect ||
                   from.retry_policy || from.authenticate;
  if (!any) return nullptr;
  return std::make_unique<const Callbacks>(
      Callbacks{.endpoint_provider = std::exchange(from.endpoint_provider, nullptr),
                .on_lifecycle = std::exchange(from.on_lifecycle, nullptr),
                .on_connect = std::exchange(from.on_connect, nullptr),
                .on_disconnect = std::exchange(from.on_disconnect, nullptr),
                .retry_policy = std::exchange(from.retry_policy, nullptr),
                .authenticate = std::exchange(from.authenticate, nullptr)});
}

// Names every member, so that one that is added cannot be forgotten: this no longer compiles then.
auto values_of(const Options& options) {
  const auto& [timeout, retry_count, retry_delay, heartbeat_interval, max_backoff, request_timeout, latency_buffer_size,
               headers, debug, reconnect_on_error, restore_subscriptions, heartbeat, max_missed_heartbeats,
               idle_timeout, jitter, stable_after, connect_deadline, max_age, close_timeout, max_message_size,
               send_queue_limit, mailbox_limit, mailbox_bytes, mailbox_overflow, handover_bytes, record_to, record,
               decode_json, tls, subprotocols, message_timeout, endpoint_provider, handler, handler_failure,
               on_lifecycle, on_connect, on_disconnect, retry_policy, authenticate, dialect, subscribe_batch_size,
               subscribe_batch_delay, silence_timeout, rate_limiter, runtime] = options;
  return std::tie(timeout, retry_count, retry_delay, heartbeat_interval, max_backoff, request_timeout,
                  latency_buffer_size, headers, debug, reconnect_on_error, restore_subscriptions, heartbeat.type,
                  heartbeat.interval, max_missed_heartbeats, idle_timeout, jitter, stable_after, connect_deadline,
                  max_age, close_timeout, max_message_size, send_queue_limit, mailbox_limit, mailbox_bytes,
                  mailbox_overflow, handover_bytes, record_to, record, decode_json, tls, subprotocols, message_timeout,
                  handler_failure, dialect, subscribe_batch_size, subscribe_batch_delay, silence_timeout, rate_limiter,
                  runtime);
}

// Functions cannot be compared.
bool can_be_shared(const Options& options) { return !options.heartbeat.message && !options.heartbeat.is_answer; }

// Those of the last client that was made, while it, or one that shares them, is there.
class Last {
 public:
  std::shared_ptr<const Options> share(Options&& options) {
    if (!can_be_shared(options)) return std::make_shared<const Options>(std::move(options));
    const std::lock_guard lock{mutex_};
    std::shared_ptr<const Options> found = last_.lock();
    if (found == nullptr || values_of(*found) != values_of(options)) {
      found = std::make_shared<const Options>(std::move(options));
      last_ = found;
    }
    return found;
  }

 private:
  std::mutex mutex_;
  std::weak_ptr<const Options> last_;
};

std::shared_ptr<const Options> share(Options&& options) {
  // Never destroyed: clients may be made while the process ends.
  static Last& last = *new Last;
  return last.share(std::move(options));
}

}  // namespace

Settings::Settings(Options&& options)
    : handler_{std::exchange(options.handler, {})},
      callbacks_{take_callbacks(options)},
      shared_{share(std::move(options))} {}

const Callbacks& Settings::callbacks() const noexcept {
  static const Callbacks none;
  return callbacks_ ? *callbacks_ : none;
}

Options Settings::all() const {
  Options options = *shared_;
  const Callbacks& given = callbacks();
  options.handler = handler_;
  options.endpoint_provider = given.endpoint_provider;
  options.on_lifecycle = given.on_lifecycle;
  options.on_connect = given.on_connect;
  options.on_disconnect = given.on_disconnect;
  options.retry_policy = given.retry_policy;
  options.authenticate = given.authenticate;
  return options;
}

}  // namespace zenws::client

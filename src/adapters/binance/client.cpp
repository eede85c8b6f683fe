#include "adapters/binance/client.hpp"

#include <utility>

#include <zenws/asio.hpp>
#include <zenws/dialect.hpp>

namespace zenws::adapters::binance {

namespace {

// Binance ends a connection after 24 hours.
constexpr auto good_for = std::chrono::hours{23};

// Binance closes with 1008 what was silent or said too much (https://github.com/hummingbot/hummingbot/issues/7044):
// another connection is welcome, after a delay.
std::optional<Severity> judge(const Error& error) {
  const CloseReason* const close = error.close();
  return close != nullptr && close->code == 1008 ? std::optional{Severity::recoverable} : std::nullopt;
}

}  // namespace

void set_up(Options& options, std::chrono::milliseconds heartbeat) {
  options.dialect = Dialect::binance();
  options.heartbeat = heartbeat > std::chrono::milliseconds{0} ? Heartbeat::binance(heartbeat) : Heartbeat::off();
  if (options.max_age <= std::chrono::milliseconds{0}) options.max_age = good_for;
  if (!options.retry_policy) options.retry_policy = &judge;
}

void send(const Client& client, std::string_view request, std::optional<std::chrono::milliseconds> timeout,
          std::move_only_function<void(Result<Response>)> done) {
  async_request(
      client, request, [done = std::move(done)](Result<Response> answer) mutable { done(std::move(answer)); }, {},
      timeout);
}

}  // namespace zenws::adapters::binance

// The adapter's face: puts a client's options together, and hands everything on.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <zenws/adapters/deribit.hpp>
#include <zenws/asio.hpp>
#include <zenws/dialect.hpp>
#include <zenws/rate_limiter.hpp>

#include "adapters/connect_plan.hpp"
#include "adapters/deribit/credentials.hpp"
#include "adapters/deribit/session.hpp"
#include "adapters/errors.hpp"

namespace zenws::adapters {

using deribit::Scope;
using deribit::Session;

namespace {

using namespace std::chrono_literals;

// https://docs.deribit.com/#public-set_heartbeat
constexpr auto shortest_heartbeat = 10s;

std::string channel_of(std::string_view instrument, std::string_view interval) {
  return fmt::format("book.{}.{}", instrument, interval);
}

constexpr auto plain = "a login over ws:// can be read on the way: use wss://, or say allow_plain_text";

Result<> check(const DeribitOptions& options, bool has_credentials) {
  if (options.heartbeat != 0s && options.heartbeat < shortest_heartbeat) {
    return invalid_config("Deribit's heartbeat must be at least 10 seconds");
  }
  if (has_credentials && !options.allow_plain_text && deribit::is_readable_on_the_way(options.url)) {
    return invalid_config(plain);
  }
  if (options.cancel_on_disconnect && !has_credentials) return invalid_config("cancel_on_disconnect needs a login");
  return {};
}

// By default Deribit gives 50 000 credits and 10 000 more each second, and takes 500 a request: a burst of 100, then 20
// a second. https://docs.deribit.com/articles/rate-limits
Result<std::shared_ptr<RateLimiter>> credits_limiter(Runtime* runtime) {
  return RateLimiter::create({.tokens = 100, .refill_rate = 1, .refill_interval = 50ms, .runtime = runtime});
}

// Also where each attempt's address comes from a function.
EndpointProvider refuse_plain_text(EndpointProvider next) {
  return [next = std::move(next)](int attempt, const Error* last) -> Result<Endpoint> {
    Result<Endpoint> endpoint = next(attempt, last);
    if (endpoint && deribit::is_readable_on_the_way(endpoint->url)) return invalid_config(plain);
    return endpoint;
  };
}

// Books go to the keeper, everything else to the user.
void route(Options& options, DeribitBookKeeper keeper) {
  options.handler = [keeper, next = std::move(options.handler)](const ClientRef& client,
                                                                const Message& message) mutable {
    if (!keeper.take(message, client) && next) next(client, message);
  };
  options.on_lifecycle = [keeper, next = std::move(options.on_lifecycle)](const Lifecycle& event) mutable {
    if (std::holds_alternative<Disconnected>(event)) keeper.lost();
    if (next) next(event);
  };
}

}  // namespace

struct Deribit::State {
  std::shared_ptr<Session> session;
  DeribitBookKeeper keeper;
  bool keeps_books;
  Client client;
};

struct Deribit::Plan {
  std::string url;
  Options options;
  std::shared_ptr<Session> session;
  DeribitBookKeeper keeper;
  bool keeps_books;

  [[nodiscard]] Deribit with(Client client) && {
    return Deribit{std::make_shared<State>(std::move(session), std::move(keeper), keeps_books, std::move(client))};
  }
};

Deribit::Deribit(std::shared_ptr<State> state) noexcept : state_{std::move(state)} {}

Result<Deribit> Deribit::connect(DeribitOptions options) { return connect_planned(plan(std::move(options))); }

void Deribit::async_connect(DeribitOptions options, std::move_only_function<void(Result<Deribit>)> done) {
  connect_planned(plan(std::move(options)), std::move(done));
}

Result<Deribit::Plan> Deribit::plan(DeribitOptions options) {
  auto credentials = deribit::find_credentials(options);
  if (!credentials) return std::unexpected{credentials.error()};
  if (const Result<> valid = check(options, credentials->has_value()); !valid) return std::unexpected{valid.error()};
  Options how = std::move(options.client);
  if (const Result<> limited = limit_rate(how, options.limit_rate, &credits_limiter); !limited) {
    return std::unexpected{limited.error()};
  }
  how.heartbeat = options.heartbeat > 0s
                      ? Heartbeat::deribit(std::min<std::chrono::seconds>(options.heartbeat, std::chrono::years{100}))
                      : Heartbeat::off();
  how.dialect = Dialect::deribit();
  if (*credentials && !options.allow_plain_text && how.endpoint_provider) {
    how.endpoint_provider = refuse_plain_text(std::move(how.endpoint_provider));
  }

  auto session = std::make_shared<Session>(Session::Settings{.credentials = *std::move(credentials),
                                                             .heartbeat = options.heartbeat,
                                                             .cancel_on_disconnect = options.cancel_on_disconnect,
                                                             .on_login = std::move(options.on_login),
                                                             .afterwards = std::move(how.authenticate)});
  const bool keeps_books = static_cast<bool>(options.books.on_change) || static_cast<bool>(how.handler);
  DeribitBookKeeper keeper{std::move(options.books)};
  if (keeps_books) route(how, keeper);
  how.authenticate = [session](const ClientRef& client, Authenticated done) {
    session->log_in(client, std::move(done));
  };
  return Plan{std::move(options.url), std::move(how), std::move(session), std::move(keeper), keeps_books};
}

Client& Deribit::client() noexcept { return state_->client; }
Result<> Deribit::close() { return state_->client.close(); }

Result<Response> Deribit::request(std::string_view method, std::string_view params,
                                  std::optional<std::chrono::milliseconds> timeout) {
  return state_->client.request(method, params, timeout);
}

void Deribit::send(std::string_view method, std::string_view params, std::optional<std::chrono::milliseconds> timeout,
                   std::move_only_function<void(Result<Response>)> done) {
  async_request(
      state_->client, method, [done = std::move(done)](Result<Response> answer) mutable { done(std::move(answer)); },
      params, timeout);
}

Result<> Deribit::enable_cancel_on_disconnect(Scope scope) {
  if (auto done = call(deribit::enable_cancel_on_disconnect(scope)); !done) return std::unexpected{done.error()};
  if (scope == Scope::connection) state_->session->want_cancel_on_disconnect(true);
  return {};
}

Result<> Deribit::disable_cancel_on_disconnect(Scope scope) {
  if (auto done = call(deribit::disable_cancel_on_disconnect(scope)); !done) return std::unexpected{done.error()};
  if (scope == Scope::connection) state_->session->want_cancel_on_disconnect(false);
  return {};
}

Result<> Deribit::watch_book(std::string_view instrument, std::string_view interval) {
  if (!state_->keeps_books) return invalid_config("watch_book needs books.on_change or client.handler");
  auto subscribed = state_->client.subscribe_and_wait({channel_of(instrument, interval)});
  if (!subscribed) return std::unexpected{subscribed.error()};
  return {};
}

Result<> Deribit::unwatch_book(std::string_view instrument, std::string_view interval) {
  const std::string channel = channel_of(instrument, interval);
  Result<> sent = state_->client.unsubscribe({channel});
  if (sent) state_->keeper.forget(channel);
  return sent;
}

std::optional<DeribitBook> Deribit::book(std::string_view instrument, std::string_view interval) const {
  return state_->keeper.book(channel_of(instrument, interval));
}

const DeribitBookKeeper& Deribit::books() const noexcept { return state_->keeper; }

std::string to_string(const DeribitOptions& options) {
  const auto hidden = [](const std::string& text) { return text.empty() ? "none" : "[REDACTED]"; };
  const auto given = [](const auto& function) { return function ? "given" : "none"; };
  const bool may_hold_secrets = options.url.find_first_of("@?#") != std::string::npos;
  return fmt::format(
      "url {}, client_id {}, client_secret {}, grant {}, allow_plain_text {}, heartbeat {} s, cancel_on_disconnect {}, "
      "limit_rate {}, books {{on_change {}, on_gap {}, on_failure {}, most_levels {}, most_books {}}}, on_login {}, "
      "client {{{}}}",
      may_hold_secrets ? "[REDACTED]" : options.url, hidden(options.client_id), hidden(options.client_secret),
      options.grant == DeribitGrant::client_credentials ? "client_credentials" : "client_signature",
      options.allow_plain_text, options.heartbeat.count(), options.cancel_on_disconnect, options.limit_rate,
      given(options.books.on_change), given(options.books.on_gap), given(options.books.on_failure),
      options.books.most_levels, options.books.most_books, given(options.on_login), zenws::to_string(options.client));
}

}  // namespace zenws::adapters

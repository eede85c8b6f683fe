// Sending by the healthiest client; see pool.hpp.
#include <atomic>
#include <string>
#include <utility>

#include <zenws/access.hpp>
#include <zenws/pool.hpp>

#include "base/contain.hpp"
#include "client/metrics.hpp"
#include "fleet/route.hpp"
#include "policy/health.hpp"
#include "telemetry/telemetry.hpp"

namespace zenws {

namespace {

constexpr int most_attempts = 100;  // the asynchronous form goes one call deeper with each

Result<std::vector<ClientRef>> discover(const ClientDiscovery& discovery) {
  if (!discovery) return std::unexpected{Error{errc::invalid_config, Phase::config, "there is no client_discovery"}};
  auto found = contained(discovery);
  if (found) return *std::move(found);
  return std::unexpected{Error{errc::invalid_config, Phase::config, "client_discovery threw: " + found.error().what}};
}

Result<> validate(const BalancedOptions& options) {
  if (options.max_attempts < 1 || options.max_attempts > most_attempts) {
    return std::unexpected{Error{errc::invalid_config, Phase::config, "Max attempts must be 1-100"}};
  }
  if (options.timeout && options.timeout->count() <= 0) {
    return std::unexpected{Error{errc::invalid_config, Phase::config, "Request timeout must be positive"}};
  }
  return {};
}

// A request on its way, without anybody waiting. Keeps itself while a client has it.
class Asking : public std::enable_shared_from_this<Asking> {
 public:
  Asking(fleet::Route route, std::string_view request, std::string_view params,
         std::optional<std::chrono::milliseconds> timeout, client::Callback<Response> done)
      : route_{std::move(route)}, request_{request}, params_{params}, timeout_{timeout}, done_{std::move(done)} {}

  void ask() {
    const Result<Client> client = route_.next();
    if (!client) return done_(std::unexpected{client.error()});
    client::Access::request(*client, request_, params_, timeout_,
                            [self = shared_from_this()](Result<Response> response) {
                              if (response || !self->route_.may_go_on(response.error())) {
                                return self->done_(std::move(response));
                              }
                              self->ask();
                            });
  }

 private:
  fleet::Route route_;
  const std::string request_;
  const std::string params_;
  const std::optional<std::chrono::milliseconds> timeout_;
  client::Callback<Response> done_;
};

}  // namespace

std::optional<ClientHealth> health_of(const ClientRef& client) {
  const auto metrics = client::metrics_of(client);
  if (!metrics) return std::nullopt;
  const policy::Health& health = metrics->health;
  return ClientHealth{.client = client,
                      .state = metrics->state.state,
                      .score = policy::score(health),
                      .pending = health.pending,
                      .p99 = health.p99 ? std::optional{health.p99->count()} : std::nullopt,
                      .errors = health.failures};
}

struct PoolRouter::State {
  ClientDiscovery discovery;
  std::atomic<std::uint64_t> turn{0};

  Result<fleet::Route> route(const BalancedOptions& options) {
    if (Result<> valid = validate(options); !valid) return std::unexpected{std::move(valid).error()};
    auto clients = discover(options.client_discovery ? options.client_discovery : discovery);
    if (!clients) return std::unexpected{std::move(clients).error()};
    return fleet::Route{*std::move(clients), options, turn.fetch_add(1, std::memory_order_relaxed)};
  }
};

PoolRouter::PoolRouter(ClientDiscovery discovery) : state_{std::make_unique<State>(std::move(discovery))} {}

PoolRouter::~PoolRouter() = default;

Result<ClientRef> PoolRouter::send_balanced(std::string_view text, const BalancedOptions& options) {
  Result<fleet::Route> route = state_->route(options);
  if (!route) return std::unexpected{std::move(route).error()};
  while (true) {
    Result<Client> client = route->next();
    if (!client) return std::unexpected{std::move(client).error()};
    const Result<> sent = client->send_message(text);
    if (sent) return ClientRef{*client};
    if (!route->may_go_on(sent.error())) return std::unexpected{sent.error()};
  }
}

Result<Response> PoolRouter::request_balanced(std::string_view request, std::string_view params,
                                              const BalancedOptions& options) {
  Result<fleet::Route> route = state_->route(options);
  if (!route) return std::unexpected{std::move(route).error()};
  while (true) {
    Result<Client> client = route->next();
    if (!client) return std::unexpected{std::move(client).error()};
    Result<Response> response = client->request(request, params, options.timeout);
    if (response || !route->may_go_on(response.error())) return response;
  }
}

void PoolRouter::request_balanced(std::string_view request, std::string_view params, const BalancedOptions& options,
                                  std::move_only_function<void(Result<Response>)> done) {
  Result<fleet::Route> route = state_->route(options);
  if (!route) return done(std::unexpected{std::move(route).error()});
  std::make_shared<Asking>(*std::move(route), request, params, options.timeout, std::move(done))->ask();
}

Result<PoolHealth> PoolRouter::pool_health(const ClientDiscovery& discovery) const {
  const auto clients = discover(discovery ? discovery : state_->discovery);
  if (!clients) return std::unexpected{clients.error()};
  PoolHealth pool;
  int sum = 0;
  for (const ClientRef& client : *clients) {
    auto health = health_of(client);
    if (!health) continue;
    sum += health->score;
    if (health->state == zenws::State::connected) ++pool.connected;
    pool.clients.push_back(*std::move(health));
  }
  pool.pool_size = pool.clients.size();
  if (pool.pool_size != 0) pool.avg_health = static_cast<double>(sum) / static_cast<double>(pool.pool_size);
  telemetry::emit(telemetry::Name::pool_health,
                  {{"pool_size", static_cast<double>(pool.pool_size)}, {"avg_health", pool.avg_health}});
  return pool;
}

}  // namespace zenws

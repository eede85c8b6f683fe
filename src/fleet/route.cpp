#include "fleet/route.hpp"

#include <string>
#include <utility>

#include "client/metrics.hpp"
#include "telemetry/telemetry.hpp"

namespace zenws::fleet {

namespace {

// The client took nothing of the message: another may have it.
bool is_unwritten(const Error& error) noexcept {
  return error == errc::not_connected || error == errc::send_queue_full || error == errc::queue_full ||
         error == errc::rate_limited;
}

// The request may have reached its server.
bool is_in_doubt(const Error& error) noexcept {
  return error == errc::disconnected || error == errc::timeout || error == errc::closed || error == errc::cancelled;
}

}  // namespace

Route::Route(std::vector<ClientRef> clients, const BalancedOptions& options, std::uint64_t turn)
    : clients_{std::move(clients)},
      candidates_(clients_.size()),
      max_attempts_{options.max_attempts},
      idempotent_{options.idempotent},
      turn_{turn} {}

Result<Client> Route::next() {
  while (true) {
    look();
    const auto chosen = policy::choose(candidates_, turn_);
    if (!chosen) return std::unexpected{last_error_ ? *last_error_ : Error{errc::no_connections, Phase::open}};
    if (attempts_ == max_attempts_) {
      return std::unexpected{Error{errc::max_attempts_exceeded, Phase::open}.with_cause(*last_error_)};
    }
    candidates_[*chosen].tried = true;
    std::optional<Client> client = clients_[*chosen].lock();
    if (!client) continue;
    ++attempts_;
    last_ = *chosen;
    tell_route();
    return *std::move(client);
  }
}

bool Route::may_go_on(const Error& error) {
  if (!is_unwritten(error) && !(idempotent_ && is_in_doubt(error))) return false;
  last_error_ = error;
  if (telemetry::is_attached(telemetry::Name::pool_failover)) {
    client::subject_of(clients_[last_])
        .tell(telemetry::Name::pool_failover, {{"attempt", static_cast<double>(attempts_)}},
              {{"reason", to_string(error)}});
  }
  return true;
}

// Anew for each attempt: the last one took its time.
void Route::look() {
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    policy::Candidate& candidate = candidates_[i];
    if (candidate.tried) continue;
    const auto health = client::health_of(clients_[i]).value_or(policy::Health{});
    candidate.connected = health.connected;
    candidate.score = policy::score(health);
  }
}

void Route::tell_route() const {
  if (!telemetry::is_attached(telemetry::Name::pool_route)) return;
  client::subject_of(clients_[last_])
      .tell(telemetry::Name::pool_route, {{"health", static_cast<double>(candidates_[last_].score)},
                                          {"pool_size", static_cast<double>(clients_.size())}});
}

}  // namespace zenws::fleet

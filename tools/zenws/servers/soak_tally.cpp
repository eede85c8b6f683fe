#include "servers/soak_tally.hpp"

#include <algorithm>

namespace zenws::program {

void SoakTally::on_number(std::size_t client, std::uint64_t number) {
  const std::scoped_lock lock{mutex_};
  clients_[client].numbers.on_number(number);
}

void SoakTally::on_drop(std::size_t client, Clock::time_point now) {
  const std::scoped_lock lock{mutex_};
  ++clients_[client].drops;
  clients_[client].dropped_at = now;
}

void SoakTally::on_no_drop(std::size_t client) {
  const std::scoped_lock lock{mutex_};
  --clients_[client].drops;
}

void SoakTally::on_loss(std::size_t client) {
  const std::scoped_lock lock{mutex_};
  ++clients_[client].losses;
  clients_[client].numbers.on_loss();
}

void SoakTally::on_restored(std::size_t client, Clock::time_point now) {
  const std::scoped_lock lock{mutex_};
  ++clients_[client].restored;
  recoveries_.push_back(now - clients_[client].dropped_at);
}

bool SoakTally::flows(std::size_t client) const {
  const std::scoped_lock lock{mutex_};
  return clients_[client].flows();
}

std::size_t SoakTally::out_of_flow() const {
  const std::scoped_lock lock{mutex_};
  return static_cast<std::size_t>(std::ranges::count_if(clients_, [](const OneClient& one) { return !one.flows(); }));
}

bool SoakTally::all_have(std::uint64_t published) const {
  const std::scoped_lock lock{mutex_};
  return std::ranges::all_of(clients_, [&](const OneClient& one) { return one.numbers.last() >= published; });
}

SoakCount SoakTally::count(const SoakVenue& venue) const {
  const std::scoped_lock lock{mutex_};
  SoakCount count{.recoveries = recoveries_};
  std::ranges::sort(count.recoveries);
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    const SequenceTally& numbers = clients_[i].numbers;
    const SoakVenue::Account& account = venue.accounts()[i];
    count.received += numbers.received();
    count.missed += numbers.missed();
    count.unheard += account.unheard;
    count.wrong += numbers.wrong();
    count.losses += clients_[i].losses;
    if (numbers.received() + numbers.missed() != venue.published()) ++count.unbalanced;
    // A reset may destroy what is on its way; a close comes behind all that was sent.
    if (account.resets == 0 && numbers.missed() > account.unheard) {
      count.lost_by_closes += numbers.missed() - account.unheard;
    }
  }
  return count;
}

}  // namespace zenws::program

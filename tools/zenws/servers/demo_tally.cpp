#include "servers/demo_tally.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <zenws/json.hpp>

namespace zenws::program {
namespace {

std::optional<Trade> trade_of(const simdjson::dom::element& json) {
  const auto data = json["params"]["data"].at(0);
  std::string_view instrument;
  std::string_view direction;
  std::string_view channel;
  Trade trade;
  if (json["params"]["channel"].get(channel) != simdjson::SUCCESS) return std::nullopt;
  if (data["trade_seq"].get(trade.sequence) != simdjson::SUCCESS) return std::nullopt;
  if (data["instrument_name"].get(instrument) != simdjson::SUCCESS) return std::nullopt;
  if (data["direction"].get(direction) != simdjson::SUCCESS) return std::nullopt;
  if (data["price"].get(trade.price) != simdjson::SUCCESS) return std::nullopt;
  if (data["amount"].get(trade.amount) != simdjson::SUCCESS) return std::nullopt;
  if (data["timestamp"].get(trade.timestamp) != simdjson::SUCCESS) return std::nullopt;
  trade.channel = channel;
  trade.instrument = instrument;
  trade.direction = direction;
  return trade;
}

}  // namespace

void DemoTally::on_message(const JsonMessage& message, Clock::time_point now) {
  auto trade = trade_of(message.json);
  if (!trade) return;
  const std::scoped_lock lock{mutex_};
  if (std::exchange(lost_, false)) outages_.push_back({.time = now - latest_at_});
  SequenceTally& channel = channels_[trade->channel];
  const bool came_back = !channel.flows();
  const std::uint64_t gap = channel.on_number(trade->sequence);
  if (came_back) outages_.back().missed += gap;
  latest_ = std::move(trade);
  latest_at_ = now;
}

void DemoTally::on_loss() {
  const std::scoped_lock lock{mutex_};
  if (!latest_) return;  // there was nothing to lose
  lost_ = true;
  ++losses_;
  for (auto& [name, channel] : channels_) channel.on_loss();
}

void DemoTally::on_round_trip(std::chrono::nanoseconds time) {
  const std::scoped_lock lock{mutex_};
  round_trips_.push_back(time);
}

std::optional<Trade> DemoTally::latest_trade() const {
  const std::scoped_lock lock{mutex_};
  return latest_;
}

std::uint64_t DemoTally::sum(std::uint64_t (SequenceTally::*number)() const noexcept) const {
  const std::scoped_lock lock{mutex_};
  std::uint64_t total = 0;
  for (const auto& [name, channel] : channels_) total += (channel.*number)();
  return total;
}

std::uint64_t DemoTally::trades() const { return sum(&SequenceTally::received); }
std::uint64_t DemoTally::missed() const { return sum(&SequenceTally::missed); }
std::uint64_t DemoTally::wrong() const { return sum(&SequenceTally::wrong); }

bool DemoTally::flows() const {
  const std::scoped_lock lock{mutex_};
  return std::ranges::all_of(channels_, [](const auto& entry) { return entry.second.flows(); });
}

std::uint64_t DemoTally::losses() const {
  const std::scoped_lock lock{mutex_};
  return losses_;
}

std::vector<Outage> DemoTally::outages() const {
  const std::scoped_lock lock{mutex_};
  return outages_;
}

std::vector<std::chrono::nanoseconds> DemoTally::round_trips() const {
  std::unique_lock lock{mutex_};
  auto sorted = round_trips_;
  lock.unlock();
  std::ranges::sort(sorted);
  return sorted;
}

std::chrono::nanoseconds percentile(const std::vector<std::chrono::nanoseconds>& sorted, double p) {
  const double rank = p / 100 * static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(std::llround(rank))];
}

}  // namespace zenws::program

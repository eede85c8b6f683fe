// See demo_tally.hpp.
#include "demo_tally.hpp"

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
  Trade trade;
  if (data["instrument_name"].get(instrument) != simdjson::SUCCESS) return std::nullopt;
  if (data["direction"].get(direction) != simdjson::SUCCESS) return std::nullopt;
  if (data["price"].get(trade.price) != simdjson::SUCCESS) return std::nullopt;
  if (data["amount"].get(trade.amount) != simdjson::SUCCESS) return std::nullopt;
  if (data["timestamp"].get(trade.timestamp) != simdjson::SUCCESS) return std::nullopt;
  trade.instrument = instrument;
  trade.direction = direction;
  return trade;
}

}  // namespace

std::uint64_t DemoTally::begin_request(Clock::time_point now) {
  const std::scoped_lock lock{mutex_};
  pending_.emplace(++last_id_, now);
  return last_id_;
}

void DemoTally::on_message(const JsonMessage& message) {
  auto trade = trade_of(message.json);
  if (!trade) return;
  const std::scoped_lock lock{mutex_};
  latest_ = std::move(trade);
  ++trades_;
}

void DemoTally::on_response(const UnmatchedResponse& response, Clock::time_point now) {
  std::uint64_t id = 0;
  if (response.json["id"].get(id) != simdjson::SUCCESS) return;
  const std::scoped_lock lock{mutex_};
  const auto request = pending_.find(id);
  if (request == pending_.end()) return;
  simdjson::dom::array channels;
  if (response.json["result"].get(channels) == simdjson::SUCCESS) {
    for (const auto channel : channels) {
      std::string_view name;
      if (channel.get(name) == simdjson::SUCCESS) confirmed_.emplace_back(name);
    }
  } else if (response.json["result"].error() == simdjson::SUCCESS) {
    round_trips_.push_back(now - request->second);
  }
  pending_.erase(request);
}

std::optional<Trade> DemoTally::latest_trade() const {
  const std::scoped_lock lock{mutex_};
  return latest_;
}

std::uint64_t DemoTally::trades() const {
  const std::scoped_lock lock{mutex_};
  return trades_;
}

std::vector<std::string> DemoTally::confirmed() const {
  const std::scoped_lock lock{mutex_};
  return confirmed_;
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

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

}  // namespace zenws::program

// A venue in small: answers subscribe requests, and sends each client the trades it subscribed to.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <zenws/testing/server.hpp>

#include "servers/trade_source.hpp"

namespace zenws::program {

// Speaks JSON-RPC 2.0 as Deribit does: public/subscribe, public/unsubscribe, public/test, public/get_time.
//
// Threads: answer() on any, publish() on one.
class MarketFeed {
 public:
  using Clock = std::chrono::steady_clock;

  // Whether a channel is traded on while nobody listens, as on a real market.
  enum class Unheard : std::uint8_t { pause, trade };

  // `channels`: what can be subscribed to; of plain characters (is_channel_name). `rate`: trades a second, spread over
  // the channels that somebody has subscribed to, or over all with Unheard::trade.
  MarketFeed(const std::vector<std::string>& channels, double rate, Clock::time_point start,
             Unheard unheard = Unheard::pause);

  // The answer to a client's message: a result or an error, always one.
  [[nodiscard]] std::string answer(const testing::ReceivedMessage& message);
  // answer() as a server's script. Lifetime: this object outlives the server.
  [[nodiscard]] testing::Script script();

  // Sends what has become due. After a pause longer than a second the rest is left out.
  void publish(testing::Server& server, Clock::time_point now);
  // When publish() should be called next.
  [[nodiscard]] Clock::time_point next_due(Clock::time_point now) const;
  // Trades made so far.
  [[nodiscard]] std::uint64_t published() const noexcept { return published_; }
  // Those of them that were sent to nobody.
  [[nodiscard]] std::uint64_t unheard() const noexcept { return unheard_; }

 private:
  using Connection = std::uint64_t;
  struct Request;

  [[nodiscard]] std::string change_subscriptions(const Request& request, Connection connection, bool add);
  void publish_one(testing::Server& server);
  [[nodiscard]] std::vector<Connection> subscribers_of(const std::string& channel) const;
  void forget(Connection connection);

  std::vector<TradeSource> sources_;
  const std::chrono::nanoseconds interval_;
  const Unheard when_unheard_;
  Clock::time_point due_;
  std::size_t turn_ = 0;  // the source that is asked first for the next trade
  std::uint64_t published_ = 0;
  std::uint64_t unheard_ = 0;
  mutable std::mutex mutex_;  // the server's thread answers while the main thread publishes
  std::unordered_map<Connection, std::set<std::string, std::less<>>> subscribed_;
};

// True when `name` can stand in JSON as it is and is not empty: letters, digits and `.-_`.
[[nodiscard]] bool is_channel_name(std::string_view name);

}  // namespace zenws::program

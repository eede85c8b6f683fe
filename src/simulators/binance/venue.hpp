// The venue without its sockets: messages, pongs and time go in, messages, pings and who is to be disconnected come
// out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/simulators/binance_simulator.hpp>

#include "simulators/binance/api.hpp"
#include "simulators/binance/market.hpp"
#include "simulators/binance/requests.hpp"
#include "simulators/binance/stream.hpp"
#include "simulators/moment.hpp"
#include "simulators/venue_host.hpp"

namespace zenws::simulators::binance {

// Threads: one at a time.
class Venue {
 public:
  using Output = VenueOutput;

  explicit Venue(const BinanceSimulatorOptions& options);

  // What refuses it; nullopt: it is welcome, and opened() follows.
  std::optional<HttpResponse> upgrading(const testing::UpgradeSeen& upgrade);
  Output opened(std::uint64_t connection, const Moment& now);
  Output ended(std::uint64_t connection, const Moment& now);
  Output received(std::uint64_t connection, const std::string& text, const Moment& now);
  Output pinged(std::uint64_t connection, const Moment& now);
  Output ponged(std::uint64_t connection, std::string_view payload, const Moment& now);
  Output tick(const Moment& now);
  // When tick() is due; `never`: not.
  [[nodiscard]] TimePoint deadline() const noexcept;

  Output set_level(std::string_view symbol, SimulatedSide side, double price, double quantity, const Moment& now);
  Output trade(std::string_view symbol, double price, double quantity, bool buyer_is_maker, const Moment& now);
  Output repeat_event(std::string_view symbol);
  Output age_connections(std::chrono::milliseconds by, const Moment& now);

  [[nodiscard]] Market& market() noexcept { return market_; }
  [[nodiscard]] std::size_t sessions() const noexcept { return sessions_.size(); }
  [[nodiscard]] std::vector<std::string> subscriptions(std::uint64_t connection) const;
  [[nodiscard]] const std::vector<std::string>& disconnects() const noexcept { return disconnects_; }
  [[nodiscard]] std::size_t busiest() const noexcept { return busiest_; }

 private:
  struct Ping {
    std::string payload;
    TimePoint sent = {};
  };
  struct Session {
    Target target;
    std::set<std::string> streams;
    TimePoint opened = {};
    TimePoint next_ping = never;
    std::deque<Ping> unanswered = {};
    std::deque<TimePoint> arrivals = {};  // of its messages within the limit's interval
    bool is_leaving = false;
  };
  // A partial book depth stream that somebody listens to.
  struct Top {
    TopStream stream;
    TimePoint next = {};
  };

  // False: it has said too much, and is to leave.
  bool count(std::uint64_t connection, Session& session, const Moment& now);
  void carry_out(std::uint64_t connection, Session& session, const StreamRequest& request, const Moment& now);
  void listen(std::uint64_t connection, Session& session, const std::vector<std::string>& streams, const Moment& now);
  void say(std::uint64_t connection, std::string text) { output_.messages.push_back({connection, std::move(text)}); }
  void tell(const std::vector<Event>& events);
  void tell_tops(const Moment& now);
  void dismiss(std::uint64_t connection, Session& session, std::string why, const testing::Disconnect& how);
  void look_after(std::uint64_t connection, Session& session, const Moment& now);
  [[nodiscard]] std::chrono::milliseconds interval_of(const TopStream& stream) const;

  const BinanceSimulatorOptions options_;
  Market market_;
  Api api_;
  std::map<std::uint64_t, Target> arriving_;
  std::map<std::uint64_t, Session> sessions_;
  std::map<std::string, Top> tops_;
  std::vector<std::string> disconnects_;
  std::size_t busiest_ = 0;
  Output output_;
};

}  // namespace zenws::simulators::binance

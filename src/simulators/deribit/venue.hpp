// The venue without its sockets: messages and time go in, messages and who is to be disconnected come out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <zenws/simulators/deribit_simulator.hpp>

#include "simulators/deribit/channel.hpp"
#include "simulators/deribit/exchange.hpp"
#include "simulators/deribit/login.hpp"
#include "simulators/deribit/params.hpp"
#include "simulators/deribit/refusal.hpp"
#include "simulators/moment.hpp"
#include "simulators/venue_host.hpp"

namespace zenws::simulators::deribit {

// Threads: one at a time.
class Venue {
 public:
  using Output = VenueOutput;
  using Message = VenueOutput::Message;

  explicit Venue(const DeribitSimulatorOptions& options);

  void opened(std::uint64_t connection);
  Output ended(std::uint64_t connection, const Moment& now);
  Output received(std::uint64_t connection, const std::string& text, const Moment& now);
  Output tick(const Moment& now);
  // When tick() is due; `never`: not.
  [[nodiscard]] TimePoint deadline() const noexcept;

  Output set_level(std::string_view instrument, Side side, double price, double amount, const Moment& now);
  Output repeat_change(std::string_view instrument, const Moment& now);
  [[nodiscard]] Exchange& exchange() noexcept { return exchange_; }
  [[nodiscard]] Login& login() noexcept { return login_; }
  [[nodiscard]] std::size_t sessions() const noexcept { return sessions_.size(); }
  [[nodiscard]] std::vector<std::string> subscriptions(std::uint64_t connection) const;
  [[nodiscard]] std::vector<std::string> calls(std::uint64_t connection) const;

 private:
  struct Heartbeat {
    Clock::duration interval{};
    TimePoint next = {};
    bool asked = false;  // a test_request is unanswered
  };
  struct Bucket {
    double credits = 0;
    TimePoint at = {};
  };
  struct Session {
    std::map<std::string, Channel> channels;
    std::optional<Heartbeat> heartbeat;
    std::optional<Bucket> bucket;
    bool cancels_on_disconnect = false;
    bool left = false;  // by private/logout
  };
  struct Call {
    std::uint64_t connection = 0;
    Session& session;
    Params params;
    Moment now;
  };
  using Method = Answer (Venue::*)(const Call& call);
  [[nodiscard]] static const std::map<std::string_view, Method>& methods();

  // deribit_venue.cpp: one request, its limits, and the connection's life
  Answer answer(const std::string& method, const Call& call);
  void reply(std::uint64_t connection, const nlohmann::json& id, const Answer& answer, std::int64_t received_at);
  [[nodiscard]] bool has_credits(Session& session, std::uint64_t connection, const Moment& now);
  Output take_output(const Moment& now);

  // deribit_public.cpp
  Answer auth(const Call& call);
  Answer set_heartbeat(const Call& call);
  Answer disable_heartbeat(const Call& call);
  Answer test(const Call& call);
  Answer get_time(const Call& call);
  Answer get_instruments(const Call& call);
  Answer ticker(const Call& call);
  Answer get_order_book(const Call& call);
  Answer public_subscribe(const Call& call);
  Answer unsubscribe(const Call& call);
  Answer unsubscribe_all(const Call& call);

  // deribit_private.cpp
  Answer private_subscribe(const Call& call);
  Answer buy(const Call& call);
  Answer sell(const Call& call);
  Answer edit(const Call& call);
  Answer cancel(const Call& call);
  Answer cancel_all(const Call& call);
  Answer get_order_state(const Call& call);
  Answer get_open_orders(const Call& call);
  Answer get_positions(const Call& call);
  Answer get_account_summary(const Call& call);
  Answer enable_cancel_on_disconnect(const Call& call);
  Answer disable_cancel_on_disconnect(const Call& call);
  Answer get_cancel_on_disconnect(const Call& call);
  Answer logout(const Call& call);
  Answer place(const Call& call, Side side);
  Answer set_cancel_on_disconnect(const Call& call, bool enabled);

  // deribit_feed.cpp: subscriptions, and what they bring
  Answer subscribe(const Call& call, bool with_private);
  void greet(std::uint64_t connection, const std::string& name, const Channel& channel, const Moment& now);
  void tell(const Event& event, const Moment& now);
  void tell_book(const BookChanged& changed, std::int64_t at);
  void notify(const std::string& instrument, Channel::Kind kind, const nlohmann::json& data);
  template <class F>
  void for_each_listener(const std::string& instrument, Channel::Kind kind, F f);

  const DeribitSimulatorOptions options_;
  Exchange exchange_;
  Login login_;
  std::map<std::uint64_t, Session> sessions_;
  std::map<std::uint64_t, std::vector<std::string>> calls_;  // outlive their connections
  Bucket account_bucket_;
  bool account_cancels_on_disconnect_ = false;  // how new connections begin
  Output output_;
  std::vector<Message> after_the_answer_;  // first notifications of what is being subscribed
};

}  // namespace zenws::simulators::deribit

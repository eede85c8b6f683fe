// With cancel-on-disconnect no order outlives its connection, on every connection anew.
#include <cstdio>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deribit.hpp"
#include "support/eventually.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using adapters::Deribit;
using adapters::DeribitOptions;
using simulators::DeribitSimulator;
using testing::connect;
using testing::Disconnect;
using ::testing::ElementsAre;
using testing::eventually;
using testing::LogOf;
using testing::options_for;

constexpr const char* perpetual = "BTC-PERPETUAL";

class CancelOnDisconnect : public ::testing::Test {
 protected:
  DeribitOptions options(const DeribitSimulator& simulator) {
    DeribitOptions options = options_for(simulator);
    options.client.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    options.client.retry_count = unlimited;
    return options;
  }
  static std::string place(Deribit& deribit, const std::string& label) {
    const auto placed = deribit.buy({.instrument_name = perpetual, .amount = 10, .price = 49'000, .label = label});
    EXPECT_TRUE(placed) << to_string(placed.error());
    return placed ? placed->order.order_id : "";
  }
  static std::string state_of(const DeribitSimulator& simulator, const std::string& label) {
    for (const auto& order : simulator.orders()) {
      if (order.label == label) return order.state + (order.cancel_reason.empty() ? "" : ", " + order.cancel_reason);
    }
    return "unknown";
  }
  void trace(const char* what, const std::string& state) {
    std::printf("cancel-on-disconnect: %-44s %s\n", what, state.c_str());
  }
  LogOf<std::string> events;
};

TEST_F(CancelOnDisconnect, cancels_what_is_open_on_every_connection) {
  DeribitSimulator simulator = testing::start_simulator();
  DeribitOptions how = options(simulator);
  how.cancel_on_disconnect = true;
  Deribit deribit = connect(std::move(how));
  Deribit other = connect(options_for(simulator));
  place(deribit, "first");
  place(other, "other's");
  trace("connection 1: order placed", state_of(simulator, "first"));
  simulator.server().simulate_disconnect(Disconnect::abrupt(), 1);
  ASSERT_TRUE(eventually([&] { return state_of(simulator, "first") == "cancelled, cancel_on_disconnect"; }));
  trace("connection 1 lost: its order", state_of(simulator, "first"));
  trace("the other connection's order", state_of(simulator, "other's"));

  ASSERT_TRUE(events.wait_for("connected 2"));
  EXPECT_TRUE(deribit.get_cancel_on_disconnect()->enabled) << "set again, since it holds for a connection";
  EXPECT_EQ(deribit.get_open_orders()->size(), 1U) << "the other's";
  place(deribit, "second");
  trace("connection 3: order placed", state_of(simulator, "second"));
  simulator.server().simulate_disconnect(Disconnect::going_away(), 3);
  ASSERT_TRUE(eventually([&] { return state_of(simulator, "second") == "cancelled, cancel_on_disconnect"; }));
  trace("connection 3 lost: its order", state_of(simulator, "second"));
  EXPECT_EQ(state_of(simulator, "other's"), "open");
}

// The venue notices by its own heartbeat that nobody is there, the client by its own.
TEST_F(CancelOnDisconnect, cancels_also_when_the_connection_falls_silent) {
  DeribitSimulator simulator = testing::start_simulator({.heartbeat_second = 1ms});
  DeribitOptions how = options(simulator);
  how.heartbeat = 10s;
  how.cancel_on_disconnect = true;
  Deribit deribit = connect(std::move(how));
  place(deribit, "silent");
  simulator.server().simulate_disconnect(Disconnect::half_open());
  ASSERT_TRUE(eventually([&] { return state_of(simulator, "silent") == "cancelled, cancel_on_disconnect"; }));
  trace("half-open connection: its order", state_of(simulator, "silent"));
}

TEST_F(CancelOnDisconnect, can_be_enabled_and_disabled_later) {
  DeribitSimulator simulator = testing::start_simulator();
  Deribit deribit = connect(options(simulator));
  EXPECT_FALSE(deribit.get_cancel_on_disconnect()->enabled);
  ASSERT_TRUE(deribit.enable_cancel_on_disconnect());
  simulator.server().simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  EXPECT_TRUE(deribit.get_cancel_on_disconnect()->enabled);
  ASSERT_TRUE(deribit.disable_cancel_on_disconnect());
  place(deribit, "stays");
  simulator.server().simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 3"));
  EXPECT_FALSE(deribit.get_cancel_on_disconnect()->enabled);
  EXPECT_EQ(deribit.get_open_orders()->size(), 1U);
}

TEST_F(CancelOnDisconnect, is_set_before_the_connection_counts_as_open) {
  DeribitSimulator simulator = testing::start_simulator();
  DeribitOptions how = options(simulator);
  how.cancel_on_disconnect = true;
  Deribit deribit = connect(std::move(how));
  ASSERT_TRUE(deribit.subscribe_and_wait({"ticker.BTC-PERPETUAL.100ms"}));
  simulator.server().simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("restored ticker.BTC-PERPETUAL.100ms"));
  EXPECT_THAT(simulator.calls(2),
              ElementsAre("public/auth", "private/enable_cancel_on_disconnect", "public/subscribe"));
}

}  // namespace
}  // namespace zenws

#include "client/limiter_gate.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/dialect.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/runtime.hpp>

#include "base/bytes.hpp"
#include "net/test_loop.hpp"
#include "support/sender.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// No token comes back while a test lives: what waits goes once something before it is not wanted any more.
struct LimiterGateTest : ::testing::Test {
  ~LimiterGateTest() override {
    for (const auto& link : links) link->outbox.detach();
    if (gate) gate->sweep();
    here.run_ready();  // what was posted refers to the limiter
  }
  // What begins with a 3 costs three tokens.
  static std::uint64_t cost_is_written(std::string_view request) {
    return static_cast<std::uint64_t>(request.front() - '0');
  }
  void make(RateLimiterOptions settings, const Dialect* dialect = nullptr) {
    settings.refill_interval = 24h;
    if (settings.runtime == nullptr) settings.runtime = &runtime;
    limiter = RateLimiter::create(std::move(settings)).value();
    gate.emplace(door, limiter, dialect, counters);
  }
  void make() { make({.tokens = 3, .request_cost = cost_is_written}); }
  // Runs the loop: before anything waits.
  test::Sender& connection(std::uint64_t epoch) {
    links.push_back(std::make_shared<test::Sender>(here.loop, door, epoch, counters.link));
    return *links.back();
  }
  test::Sender& open(std::uint64_t epoch) {
    test::Sender& link = connection(epoch);
    door.enter(link.outbox);
    return link;
  }
  Result<> send(const std::string& text, std::uint64_t epoch = link::any_epoch) {
    return gate->send(ws::Opcode::text, as_bytes(text), epoch, owner,
                      {.still_wanted = [this, text] { return text != unwanted; },
                       .not_sent =
                           [this, text](const Error& error) {
                             dropped.push_back(text.substr(0, 2) + ": " + error.code().message());
                           }});
  }
  void want_no_more(std::string text) {
    unwanted = std::move(text);
    gate->sweep();
    here.run_ready();
  }
  [[nodiscard]] std::size_t waiting() const { return limiter->status().queue_size; }
  static std::string drops(const std::string& text, errc code) { return text + ": " + make_error_code(code).message(); }

  // Of what begins with a number and a letter, on the wire.
  static constexpr std::size_t frame = 2 + 4 + 2;

  net::tests::TestLoop here;
  Counters counters;
  link::Door door{counters.state};
  std::vector<std::shared_ptr<test::Sender>> links;
  std::shared_ptr<int> owner = std::make_shared<int>();
  std::string unwanted;
  std::vector<std::string> dropped;
  Runtime runtime{here.io};
  std::shared_ptr<RateLimiter> limiter;
  std::optional<LimiterGate> gate;
};

TEST_F(LimiterGateTest, limits_nothing_without_a_limiter) {
  LimiterGate unlimited{door, nullptr, nullptr, counters};
  EXPECT_FALSE(unlimited.is_limited());
  unlimited.sweep();
  make();
  EXPECT_TRUE(gate->is_limited());
}

TEST_F(LimiterGateTest, lets_through_at_once_what_has_its_tokens) {
  make();
  test::Sender& link = open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("2b", 1));
  EXPECT_EQ(link.arrived(), 2 * frame);
  EXPECT_EQ(limiter->status().tokens, 0U);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_THAT(dropped, IsEmpty());
  EXPECT_EQ(owner.use_count(), 1);
}

TEST_F(LimiterGateTest, asks_the_dialect_what_a_message_costs) {
  const auto deribit = Dialect::deribit();
  make({.tokens = 20}, deribit.get());
  open(1);
  ASSERT_TRUE(send(R"({"id":1,"method":"private/buy"})"));
  EXPECT_EQ(limiter->status().tokens, 5U);
  gate.emplace(door, limiter, nullptr, counters);
  ASSERT_TRUE(send(R"({"id":2,"method":"private/buy"})"));
  EXPECT_EQ(limiter->status().tokens, 4U);
}

TEST_F(LimiterGateTest, spends_nothing_on_what_has_no_connection) {
  make();
  EXPECT_EQ(send("1a").error(), errc::not_connected);
  open(2);
  EXPECT_EQ(send("1a", 1).error(), errc::not_connected);
  EXPECT_EQ(limiter->status().tokens, 3U);
  EXPECT_EQ(counters.link.messages_out.value(), 0U);
  EXPECT_THAT(dropped, IsEmpty()) << "the caller knows";
}

TEST_F(LimiterGateTest, refuses_at_once_what_costs_more_than_there_can_be) {
  make();
  open(1);
  EXPECT_EQ(send("4a").error(), errc::invalid_config);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_THAT(dropped, IsEmpty()) << "the caller knows";
}

TEST_F(LimiterGateTest, refuses_what_finds_no_room_to_wait) {
  make({.tokens = 3, .request_cost = cost_is_written, .max_queue_size = 1});
  open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("3b"));
  EXPECT_EQ(send("3c").error(), errc::queue_full);
  EXPECT_THAT(dropped, IsEmpty()) << "the caller knows";
  EXPECT_EQ(counters.dropped_in_limiter, 0U);
}

TEST_F(LimiterGateTest, lets_what_waits_go_in_its_order) {
  make();
  test::Sender& link = open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("3b"));
  ASSERT_TRUE(send("1c")) << "there is a token, but another waits for it";
  ASSERT_TRUE(send("1d"));
  here.run_ready();
  EXPECT_EQ(waiting(), 3U);
  EXPECT_EQ(link.arrived(), frame);
  EXPECT_EQ(owner.use_count(), 4) << "what waits keeps it";
  want_no_more("3b");
  EXPECT_EQ(waiting(), 0U);
  EXPECT_EQ(link.arrived(), 3 * frame);
  EXPECT_EQ(limiter->status().tokens, 0U) << "what is not wanted costs nothing";
  EXPECT_THAT(dropped, ElementsAre(drops("3b", errc::cancelled)));
  EXPECT_EQ(counters.dropped_in_limiter, 1U);
  EXPECT_EQ(owner.use_count(), 1);
}

TEST_F(LimiterGateTest, lets_go_of_what_waits_for_a_connection_that_has_ended) {
  make();
  test::Sender& next = connection(2);
  test::Sender& link = open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("3b"));
  ASSERT_TRUE(send("1c"));
  link.outbox.detach();
  door.enter(next.outbox);
  ASSERT_TRUE(send("1d"));
  EXPECT_EQ(waiting(), 3U);
  gate->sweep();
  EXPECT_THAT(dropped, ElementsAre(drops("3b", errc::cancelled), drops("1c", errc::cancelled)));
  EXPECT_EQ(counters.dropped_in_limiter, 2U);
  here.run_ready();
  EXPECT_EQ(next.arrived(), frame) << "only what was meant for it";
}

TEST_F(LimiterGateTest, drops_unasked_what_is_for_nobody_once_its_turn_has_come) {
  make();
  open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("3b"));
  links.front()->outbox.detach();
  here.run_ready();
  EXPECT_EQ(waiting(), 0U);
  EXPECT_THAT(dropped, ElementsAre(drops("3b", errc::cancelled)));
}

TEST_F(LimiterGateTest, sends_what_waits_on_the_connection_that_carries_its_own_on) {
  make();
  test::Sender& second = connection(2);
  test::Sender& first = open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("3b"));
  ASSERT_TRUE(send("1c", 1));
  door.offer(second.outbox);
  ASSERT_TRUE(send("1d", 2)) << "for the successor only";
  door.take_over();
  first.outbox.detach();
  want_no_more("3b");
  EXPECT_EQ(first.arrived(), frame);
  EXPECT_EQ(second.arrived(), 2 * frame);
  EXPECT_THAT(dropped, ElementsAre(drops("3b", errc::cancelled)));
}

TEST_F(LimiterGateTest, sends_on_no_other_connection_when_its_own_ends_just_then) {
  make();
  test::Sender& next = connection(2);
  test::Sender& link = open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("3b"));
  int asked = 0;  // by the sweep, and when its turn has come
  const auto ends = [&] {
    if (++asked == 2) {
      link.outbox.detach();
      door.enter(next.outbox);
    }
    return true;
  };
  const auto not_sent = [&](const Error& error) { dropped.push_back("1c: " + error.code().message()); };
  ASSERT_TRUE(gate->send(ws::Opcode::text, as_bytes("1c"), link::any_epoch, owner, {ends, not_sent}));
  want_no_more("3b");
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(next.arrived(), 0U);
  EXPECT_THAT(dropped, ElementsAre(drops("3b", errc::cancelled), drops("1c", errc::not_connected)));
}

TEST_F(LimiterGateTest, tells_what_its_connection_does_not_take_after_all) {
  make();
  test::Sender& link = open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("3b"));
  ASSERT_TRUE(send("1c" + std::string(2 << 20, 'x')));
  want_no_more("3b");
  EXPECT_THAT(dropped, ElementsAre(drops("3b", errc::cancelled), drops("1c", errc::message_too_big)));
  EXPECT_EQ(counters.dropped_in_limiter, 2U);
  EXPECT_EQ(link.arrived(), frame);
}

TEST_F(LimiterGateTest, needs_nobody_who_asks_or_listens) {
  make();
  test::Sender& link = open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("3b"));
  ASSERT_TRUE(gate->send(ws::Opcode::text, as_bytes("1c"), link::any_epoch, owner, {}));
  ASSERT_TRUE(gate->send(ws::Opcode::text, as_bytes("3d"), link::any_epoch, owner, {}));
  want_no_more("3b");
  EXPECT_EQ(link.arrived(), 2 * frame);
  link.outbox.detach();
  gate->sweep();
  EXPECT_EQ(waiting(), 0U);
  EXPECT_EQ(counters.dropped_in_limiter, 2U);
}

TEST_F(LimiterGateTest, tells_what_waits_when_the_limiters_runtime_ends) {
  auto ending = std::make_unique<Runtime>();
  make({.tokens = 3, .request_cost = cost_is_written, .runtime = ending.get()});
  open(1);
  ASSERT_TRUE(send("1a"));
  ASSERT_TRUE(send("3b"));
  ending.reset();
  EXPECT_THAT(dropped, ElementsAre(drops("3b", errc::cancelled)));
  EXPECT_EQ(owner.use_count(), 1);
  EXPECT_EQ(send("3c").error(), errc::closed);
  EXPECT_TRUE(send("2d")) << "it has its tokens";
  EXPECT_EQ(dropped.size(), 1U);
}

}  // namespace
}  // namespace zenws::client

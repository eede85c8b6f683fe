#include "client/requests.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "support/t0.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;
using test::t0;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// ---- what goes out

// Where `seq` is what others call `id`.
struct OutgoingDialect final : Dialect {
  std::string subscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
  std::string unsubscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
  Result<RequestIdView> request_id(const simdjson::dom::element& request) const override {
    std::int64_t seq = 0;
    if (request["seq"].get(seq) == simdjson::SUCCESS) return seq;
    if (request["id"].error() == simdjson::SUCCESS) throw std::runtime_error{"no idea"};
    return std::unexpected{Error{errc::cancelled, Phase::config, "without seq"}};
  }
};

struct OutgoingRequestTest : ::testing::Test {
  static std::string id_of(const Outgoing& outgoing) {
    if (const auto* const number = std::get_if<std::int64_t>(&outgoing.id)) return std::to_string(*number);
    return "'" + std::get<std::string>(outgoing.id) + "'";
  }
  // "ID TEXT", or "CODE: DETAIL".
  std::string made(std::string_view request, std::string_view params = {}) const {
    const Result<Outgoing> outgoing = outgoing_request(request, params, *dialect);
    if (outgoing) return id_of(*outgoing) + " " + outgoing->text;
    return outgoing.error().code().message() + ": " + std::string{outgoing.error().detail()};
  }
  static std::string refused(std::string_view detail, errc code = errc::invalid_config) {
    return make_error_code(code).message() + ": " + std::string{detail};
  }

  std::shared_ptr<const Dialect> dialect = Dialect::deribit();
};

TEST_F(OutgoingRequestTest, is_made_of_a_method_and_its_params) {
  const Result<Outgoing> first = outgoing_request("public/test", {}, *dialect);
  const Result<Outgoing> second = outgoing_request("public/test", R"({"a":[1]})", *dialect);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->text, R"({"jsonrpc":"2.0","id":)" + id_of(*first) + R"(,"method":"public/test"})");
  EXPECT_EQ(second->text,
            R"({"jsonrpc":"2.0","id":)" + id_of(*second) + R"(,"method":"public/test","params":{"a":[1]}})");
  EXPECT_LT(first->id, second->id);
}

TEST_F(OutgoingRequestTest, is_refused_when_method_or_params_are_none) {
  const auto code_of = [&](std::string_view method, std::string_view params) {
    const Result<Outgoing> outgoing = outgoing_request(method, params, *dialect);
    return outgoing ? std::error_code{} : outgoing.error().code();
  };
  EXPECT_EQ(code_of("", ""), errc::invalid_config);
  EXPECT_EQ(code_of("\xff", ""), errc::invalid_config);
  EXPECT_EQ(code_of("m", "7"), errc::invalid_config);
  EXPECT_EQ(code_of("m", "{"), errc::invalid_config);
}

TEST_F(OutgoingRequestTest, goes_as_it_is_when_it_is_whole) {
  EXPECT_EQ(made(R"({"method":"m","id":7,"more":[]})"), R"(7 {"method":"m","id":7,"more":[]})");
  EXPECT_EQ(made(" \t\r\n{\"id\":\"7\",\"method\":\"m\"} "), "'7'  \t\r\n{\"id\":\"7\",\"method\":\"m\"} ");
}

TEST_F(OutgoingRequestTest, takes_no_params_when_it_is_whole) {
  EXPECT_EQ(made(R"({"id":7,"method":"m"})", "{}"), refused("a whole request takes no further params"));
}

TEST_F(OutgoingRequestTest, is_refused_when_it_is_no_json_or_names_no_id) {
  EXPECT_EQ(made(R"({"id":7,)"), refused("The request is not JSON"));
  EXPECT_EQ(made(R"({"id":7})"), refused("The request has no `method`"));
  EXPECT_EQ(made(R"({"id":null,"method":"m"})"),
            refused("The request has no usable `id`: an integer of 64 bits or a string"));
}

TEST_F(OutgoingRequestTest, has_the_id_that_the_dialect_finds_in_it) {
  dialect = std::make_shared<OutgoingDialect>();
  EXPECT_EQ(made(R"({"seq":8})"), R"(8 {"seq":8})");
  EXPECT_EQ(made(R"({})"), refused("without seq", errc::cancelled));
  EXPECT_EQ(made(R"({"id":7})"), refused("the dialect threw: no idea"));
}

// ---- what waits

struct RequestsTest : ::testing::Test {
  // For so long, on the connection of that epoch. 0: one with this id waits already.
  std::uint64_t track(const RequestId& id, Clock::duration timeout = 1h, std::uint64_t epoch = 1, TimePoint now = t0) {
    Completion<Response> completion{[this](const Result<Response>& result) {
      outcomes.push_back(result ? std::string{result->text()} : result.error().code().message());
    }};
    const auto ticket = requests.track(id, now, now + timeout, completion, epoch);
    EXPECT_NE(ticket.has_value(), static_cast<bool>(completion)) << "it is taken, or left alone";
    if (!ticket) completion(std::unexpected{Error{errc::duplicate_request_id}});
    return ticket.value_or(0);
  }
  static std::string name_of(const RequestId& id) {
    const auto* const number = std::get_if<std::int64_t>(&id);
    return number != nullptr ? std::to_string(*number) : std::get<std::string>(id);
  }
  static std::string ended(std::optional<Requests::Pending> pending) {
    if (!pending) return "none";
    pending->completion(Response{"{}", 0us});
    return name_of(pending->id);
  }
  static std::vector<std::string> ended(std::vector<Requests::Pending> all) {
    std::vector<std::string> names;
    for (Requests::Pending& pending : all) names.push_back(ended(std::move(pending)));
    return names;
  }
  std::uint64_t published() const { return counters.pending_requests.value(); }

  std::vector<std::string> outcomes;  // what still waits at the end is told too
  Counters counters;
  Requests requests{counters};
};

TEST_F(RequestsTest, are_given_back_to_the_answer_that_names_them) {
  ASSERT_NE(track(1), 0U);
  ASSERT_NE(track("1"), 0U);
  EXPECT_EQ(published(), 2U);
  auto pending = requests.resolve("1");
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->started, t0);
  EXPECT_EQ(pending->id, RequestId{"1"});
  EXPECT_EQ(published(), 1U);
  EXPECT_THAT(outcomes, IsEmpty()) << "whoever was given it settles it";
  pending->completion(Response{R"({"id":"1"})", 0us});
  EXPECT_THAT(outcomes, ElementsAre(R"({"id":"1"})"));
  EXPECT_EQ(ended(requests.resolve("1")), "none");
  EXPECT_EQ(ended(requests.resolve(2)), "none");
  EXPECT_EQ(ended(requests.resolve(1)), "1");
  EXPECT_EQ(published(), 0U);
}

TEST_F(RequestsTest, are_one_to_an_id_at_a_time) {
  const std::uint64_t first = track(1);
  EXPECT_EQ(track(1), 0U);
  EXPECT_EQ(published(), 1U);
  EXPECT_THAT(outcomes, ElementsAre(make_error_code(errc::duplicate_request_id).message()));
  EXPECT_EQ(ended(requests.resolve(1)), "1");
  const std::uint64_t second = track(1);
  EXPECT_GT(second, first);
}

TEST_F(RequestsTest, are_forgotten_by_their_ticket_only) {
  const std::uint64_t first = track(1);
  EXPECT_TRUE(requests.is_pending(1, first));
  EXPECT_EQ(ended(requests.forget(1, first)), "1");
  EXPECT_FALSE(requests.is_pending(1, first));
  EXPECT_EQ(published(), 0U);
  const std::uint64_t second = track(1);
  EXPECT_EQ(ended(requests.forget(1, first)), "none") << "the id is another's now";
  EXPECT_FALSE(requests.is_pending(1, first));
  EXPECT_TRUE(requests.is_pending(1, second));
  EXPECT_EQ(ended(requests.forget(2, second)), "none");
  EXPECT_EQ(published(), 1U);
}

TEST_F(RequestsTest, move_the_alarm_only_to_an_earlier_time) {
  EXPECT_EQ(requests.next_alarm(), never);
  EXPECT_TRUE(requests.needs_alarm(t0 + 2s));
  EXPECT_FALSE(requests.needs_alarm(t0 + 2s));
  EXPECT_FALSE(requests.needs_alarm(t0 + 3s));
  EXPECT_TRUE(requests.needs_alarm(t0 + 1s));
  EXPECT_FALSE(requests.needs_alarm(t0 + 2s));
}

TEST_F(RequestsTest, have_the_alarm_set_to_the_first_of_their_deadlines) {
  ASSERT_NE(track(1, 3s), 0U);
  ASSERT_NE(track(2, 2s), 0U);
  EXPECT_EQ(requests.next_alarm(), t0 + 2s);
  EXPECT_FALSE(requests.needs_alarm(t0 + 2s));
  EXPECT_EQ(ended(requests.resolve(2)), "2");
  EXPECT_EQ(requests.next_alarm(), t0 + 3s);
  EXPECT_TRUE(requests.needs_alarm(t0 + 2s));
  EXPECT_EQ(ended(requests.resolve(1)), "1");
  EXPECT_EQ(requests.next_alarm(), never);
}

TEST_F(RequestsTest, expire_at_their_deadlines_the_earliest_first) {
  ASSERT_NE(track(1, 3s), 0U);
  ASSERT_NE(track(2, 1s), 0U);
  ASSERT_NE(track(3, 2s), 0U);
  EXPECT_THAT(ended(requests.expire(t0 + 1s - 1ns)), IsEmpty());
  EXPECT_EQ(published(), 3U);
  EXPECT_THAT(ended(requests.expire(t0 + 2s)), ElementsAre("2", "3"));
  EXPECT_EQ(published(), 1U);
  EXPECT_THAT(ended(requests.expire(t0 + 3s)), ElementsAre("1"));
  EXPECT_EQ(published(), 0U);
}

TEST_F(RequestsTest, are_given_back_in_their_order_to_answers_without_a_name) {
  ASSERT_NE(track(9), 0U);
  ASSERT_NE(track(5), 0U);
  ASSERT_NE(track("of the next", 1h, 2), 0U);
  EXPECT_EQ(ended(requests.resolve_oldest(3, never)), "none");
  EXPECT_EQ(ended(requests.resolve_oldest(1, t0)), "none") << "something else has waited longer";
  EXPECT_EQ(ended(requests.resolve_oldest(1, never)), "9");
  EXPECT_EQ(ended(requests.resolve_oldest(1, t0 + 1ns)), "5");
  EXPECT_EQ(ended(requests.resolve_oldest(1, never)), "none");
  EXPECT_EQ(published(), 1U);
}

TEST_F(RequestsTest, end_with_their_connections) {
  ASSERT_NE(track(1, 1h, 1), 0U);
  ASSERT_NE(track(2, 1h, 2), 0U);
  ASSERT_NE(track(3, 1h, 3), 0U);
  ASSERT_NE(track(4, 1h, 4), 0U);
  EXPECT_FALSE(requests.has_of(0));
  EXPECT_TRUE(requests.has_of(1));
  EXPECT_THAT(ended(requests.drain_of(2, 3)), ElementsAre("2", "3"));
  EXPECT_EQ(published(), 2U);
  EXPECT_THAT(ended(requests.drain_of(0, 1)), ElementsAre("1"));
  EXPECT_FALSE(requests.has_of(3));
  EXPECT_TRUE(requests.has_of(5)) << "one of a connection before it waits";
  EXPECT_THAT(ended(requests.drain_of(5, 9)), IsEmpty());
  EXPECT_EQ(published(), 1U);
}

TEST_F(RequestsTest, end_all_together_by_deadline) {
  ASSERT_NE(track(1, 3s, 1), 0U);
  ASSERT_NE(track(2, 1s, 2), 0U);
  ASSERT_NE(track(3, 2s, 1), 0U);
  EXPECT_THAT(ended(requests.drain()), ElementsAre("2", "3", "1"));
  EXPECT_EQ(published(), 0U);
  EXPECT_EQ(requests.next_alarm(), never);
  EXPECT_THAT(ended(requests.drain()), IsEmpty());
}

}  // namespace
}  // namespace zenws::client

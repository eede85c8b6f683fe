#include "client/subscribing.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/test_loop.hpp"
#include "support/log_of.hpp"
#include "support/parsed_json.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Asks by "7+ a b", gives up by "7- a b"; or throws where it is told to.
struct SubscribingDialect final : Dialect {
  std::string subscribe(std::span<const std::string> channels, std::int64_t id) const override {
    if (throws_asking) throw std::runtime_error{"no word for it"};
    return text_of(id, "+", channels);
  }
  std::string unsubscribe(std::span<const std::string> channels, std::int64_t id) const override {
    if (throws_giving_up) throw std::runtime_error{"no word for that either"};
    return text_of(id, "-", channels);
  }
  SubscribeAnswer answer(const simdjson::dom::element& reply, std::span<const std::string> asked) const override {
    if (throws_hearing) throw std::runtime_error{"what?"};
    return Dialect::answer(reply, asked);
  }
  static std::string text_of(std::int64_t id, std::string_view what, std::span<const std::string> channels) {
    return std::to_string(id) + std::string{what} + testing::words({channels.begin(), channels.end()});
  }

  bool throws_asking = false;
  bool throws_giving_up = false;
  bool throws_hearing = false;
};

struct SubscribingTest : ::testing::Test, Subscribing::Owner {
  using Successor = Subscribing::Successor;

  SubscribingTest() {
    set_logger([this](LogLevel, std::string_view line) { lines.emplace_back(line); });
  }
  ~SubscribingTest() override {
    if (subscribing) subscribing->stop();
    subscribing.reset();
    set_logger({});
  }

  Result<> send_subscription(std::string_view text, bool to_successor) override {
    if (refuses) return std::unexpected{Error{errc::send_queue_full}};
    const std::size_t words = text.find_first_of("+-");
    asked.push_back(std::stoll(std::string{text.substr(0, words)}));
    sent.push_back((to_successor ? "next " : "") + std::string{text.substr(words)});
    return {};
  }
  void feed_is_dead(const Error& error) override {
    told.push_back("dead: " + std::string{error.detail()});
    EXPECT_EQ(error, errc::idle_timeout);
    subscribing->lost(error);
  }
  void subscriptions_due() override {
    ++due;
    has_read ? subscribing->on_time() : subscribing->arm_timer();
  }

  Subscribing& make(Options options = {}) {
    options.dialect = dialect;
    options.on_lifecycle = [this](const Lifecycle& event) { told.push_back(testing::words(event)); };
    settings.emplace(std::move(options));
    voice.emplace(1, url, *settings, nullptr, counters);
    subscribing.emplace(settings->options(), counters, *voice, *this);
    subscribing->start(here.loop->timers());
    return *subscribing;
  }
  Subscribing& make_open(Options options = {}) {
    make(std::move(options)).opened(false);
    return *subscribing;
  }
  // Open, with these asked for and confirmed.
  Subscribing& make_subscribed(const std::vector<std::string>& channels, Options options = {}) {
    make_open(std::move(options)).desire(channels, {}, never);
    EXPECT_TRUE(reply(asked.back(), R"({"result":true})"));
    EXPECT_EQ(counters.confirmed.value(), channels.size());
    sent.clear();
    asked.clear();
    return *subscribing;
  }
  // "a b, not c: why", or why nothing was subscribed.
  void await(const std::vector<std::string>& channels, TimePoint deadline = never) {
    subscribing->desire(channels, Completion<Subscribed>{[this](const Result<Subscribed>& result) {
                          outcomes.push_back(result ? words_of(*result) : words_of(result.error()));
                        }},
                        deadline);
  }
  static std::string words_of(const Subscribed& result) {
    std::string text = testing::words(result.confirmed);
    for (const auto& [channel, error] : result.rejected) text += ", not " + channel + ": " + words_of(error);
    return text;
  }
  static std::string words_of(const Error& error) {
    return error.code().message() + (error.detail().empty() ? "" : ": " + std::string{error.detail()});
  }
  static std::string says(errc code, const std::string& detail = {}) {
    return make_error_code(code).message() + (detail.empty() ? "" : ": " + detail);
  }
  static std::string unanswered(const std::string& channel) {
    return says(errc::timeout, "not answered in time: " + channel);
  }

  // What comes, on the present connection or its successor.
  bool reply(std::int64_t id, std::string_view json, bool from_successor = false) {
    const test::ParsedJson parsed{json};
    return take({.kind = Reading::Kind::reply, .id = id}, &*parsed, from_successor);
  }
  bool take(const Reading& reading, const simdjson::dom::element* json = nullptr, bool from_successor = false) {
    return subscribing->takes({.message = TextMessage{"{}"}, .json = json, .reading = reading, .text = "{}"},
                              from_successor);
  }
  void update(std::string_view channel, bool from_successor = false) {
    subscribing->hear({.kind = Reading::Kind::update, .channel = channel}, from_successor);
  }
  void confirm(std::string_view channel, bool from_successor = false) {
    subscribing->hear({.kind = Reading::Kind::confirmed, .channel = channel}, from_successor);
  }
  void reject(std::string_view channel, std::string_view why, bool from_successor = false) {
    subscribing->hear({.kind = Reading::Kind::rejected, .channel = channel, .text = why}, from_successor);
  }
  bool sends(std::size_t requests) {
    return here.run_until([&] { return sent.size() >= requests; });
  }
  void lose() { subscribing->lost(Error{errc::disconnected}); }

  const std::shared_ptr<SubscribingDialect> dialect = std::make_shared<SubscribingDialect>();
  bool refuses = false;
  bool has_read = true;
  int due = 0;
  std::vector<std::string> sent;
  std::vector<std::int64_t> asked;    // the ids of what was sent
  std::vector<std::string> outcomes;  // who still waits at the end is told too
  std::vector<std::string> told;
  std::vector<std::string> lines;
  net::tests::TestLoop here;
  Counters counters;
  std::string url = "ws://127.0.0.1/";
  std::optional<Settings> settings;
  std::optional<Voice> voice;
  std::optional<Subscribing> subscribing;
};

// ---- asking

TEST_F(SubscribingTest, asks_for_what_is_wanted_once_it_is_open) {
  Subscribing& feeds = make();
  feeds.desire({"b", "a"}, {}, never);
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_EQ(counters.subscriptions.value(), 2U);
  feeds.opened(false);
  EXPECT_THAT(sent, ElementsAre("+ b a"));
  EXPECT_EQ(counters.confirmed.value(), 0U);
  EXPECT_TRUE(reply(asked[0], R"({"result":["a","b"]})"));
  EXPECT_EQ(counters.confirmed.value(), 2U);
  EXPECT_EQ(counters.subscriptions.value(), 2U);
  EXPECT_FALSE(reply(asked[0], R"({"result":["a","b"]})")) << "it has its answer";
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(SubscribingTest, does_nothing_where_nothing_was_ever_wanted) {
  Subscribing& feeds = make();
  feeds.opened(false);
  update("a");
  EXPECT_FALSE(reply(1, R"({"result":true})"));
  EXPECT_FALSE(feeds.expects_answers());
  EXPECT_EQ(feeds.oldest(false), never);
  EXPECT_EQ(feeds.successor(), Successor::none);
  feeds.successor_lost();
  lose();
  feeds.opened(true);
  feeds.stop();
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(SubscribingTest, asks_at_once_while_it_is_open) {
  make_open().desire({"a"}, {}, never);
  EXPECT_THAT(sent, ElementsAre("+ a"));
  subscribing->desire({"a", "b"}, {}, never);
  EXPECT_THAT(sent, ElementsAre("+ a", "+ b"));
}

TEST_F(SubscribingTest, asks_in_batches_with_a_pause_between_them) {
  make_open({.subscribe_batch_size = 2, .subscribe_batch_delay = 1ms}).desire({"a", "b", "c", "d", "e"}, {}, never);
  EXPECT_TRUE(sends(3));
  EXPECT_THAT(sent, ElementsAre("+ a b", "+ c d", "+ e"));
}

TEST_F(SubscribingTest, asks_later_when_there_was_no_room) {
  Subscribing& feeds = make_open();
  refuses = true;
  feeds.desire({"a", "b"}, {}, never);
  EXPECT_EQ(feeds.oldest(false), never);
  EXPECT_FALSE(feeds.expects_answers());
  refuses = false;
  EXPECT_TRUE(sends(1));
  EXPECT_THAT(sent, ElementsAre("+ a b"));
  EXPECT_TRUE(reply(asked[0], R"({"result":true})"));
  EXPECT_EQ(counters.confirmed.value(), 2U);
}

TEST_F(SubscribingTest, gives_up_what_is_not_wanted_any_more) {
  make_subscribed({"a", "b"}).drop({"a", "of nobody"});
  EXPECT_THAT(sent, ElementsAre("- a of nobody"));
  EXPECT_EQ(counters.subscriptions.value(), 1U);
  EXPECT_EQ(counters.confirmed.value(), 1U);
  EXPECT_TRUE(reply(asked[0], R"({"error":{"message":"never heard of it"}})"));
  EXPECT_EQ(counters.subscriptions.value(), 1U);
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(SubscribingTest, gives_up_what_was_subscribed_before_there_were_wishes) {
  make_open().drop({"a"});
  EXPECT_THAT(sent, ElementsAre("- a"));
}

TEST_F(SubscribingTest, does_not_ask_what_the_dialect_cannot_say) {
  dialect->throws_asking = true;
  make_open();
  await({"a", "b"});
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_THAT(outcomes, ElementsAre(says(errc::subscription_rejected, "the dialect threw")));
  EXPECT_THAT(told, ElementsAre("rejected a", "rejected b"));
  EXPECT_THAT(lines, ElementsAre(HasSubstr("no word for it")));
  EXPECT_EQ(counters.handler_failures.value(), 1U);
  EXPECT_EQ(counters.subscriptions.value(), 0U);
}

TEST_F(SubscribingTest, does_not_give_up_what_the_dialect_cannot_say) {
  dialect->throws_giving_up = true;
  make_subscribed({"a", "b"}).drop({"a"});
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_THAT(told, IsEmpty());
  EXPECT_THAT(lines, ElementsAre(HasSubstr("no word for that either")));
  EXPECT_EQ(counters.handler_failures.value(), 1U);
  EXPECT_EQ(counters.subscriptions.value(), 1U);
}

// ---- answers

TEST_F(SubscribingTest, takes_only_answers_to_what_it_asked) {
  make_open().desire({"a"}, {}, never);
  EXPECT_FALSE(reply(asked[0] + 1000, R"({"result":true})"));
  EXPECT_FALSE(take({.kind = Reading::Kind::confirmed, .id = std::to_string(asked[0])}));
  EXPECT_EQ(counters.confirmed.value(), 0U);
  EXPECT_TRUE(reply(asked[0], R"({"result":true})"));
  EXPECT_EQ(counters.confirmed.value(), 1U);
  EXPECT_FALSE(take({.kind = Reading::Kind::confirmed})) << "nothing waits";
}

TEST_F(SubscribingTest, takes_answers_without_a_name_in_order) {
  Subscribing& feeds = make_open();
  const TimePoint begun = Clock::now();
  feeds.desire({"a"}, {}, never);
  const TimePoint first = feeds.oldest(false);
  EXPECT_GE(first, begun);
  EXPECT_LE(first, Clock::now());
  feeds.desire({"b"}, {}, never);
  EXPECT_EQ(feeds.oldest(false), first);
  EXPECT_TRUE(take({.kind = Reading::Kind::rejected, .text = "no such channel"}));
  EXPECT_THAT(told, ElementsAre("rejected a"));
  EXPECT_GE(feeds.oldest(false), first);
  EXPECT_NE(feeds.oldest(false), never);
  EXPECT_TRUE(take({.kind = Reading::Kind::confirmed}));
  EXPECT_EQ(counters.confirmed.value(), 1U);
  EXPECT_EQ(feeds.oldest(false), never);
}

TEST_F(SubscribingTest, takes_a_plain_yes_or_no_for_all_that_was_asked) {
  make_open();
  await({"a", "b"});
  await({"c", "d"});
  EXPECT_TRUE(take({.kind = Reading::Kind::confirmed, .id = asked[0]}));
  EXPECT_TRUE(take({.kind = Reading::Kind::rejected, .id = asked[1], .text = "busy"}));
  EXPECT_THAT(outcomes, ElementsAre(" a b", says(errc::subscription_rejected, "busy")));
}

TEST_F(SubscribingTest, takes_what_it_cannot_read_for_a_no) {
  make_open();
  await({"a"});
  await({"b"});
  EXPECT_TRUE(take({.kind = Reading::Kind::reply, .id = asked[0]}, nullptr));
  dialect->throws_hearing = true;
  EXPECT_TRUE(reply(asked[1], R"({"result":true})"));
  EXPECT_THAT(outcomes, ElementsAre(says(errc::subscription_rejected, "the answer is more JSON than the parser holds"),
                                    says(errc::subscription_rejected, "the dialect threw")));
  EXPECT_EQ(counters.handler_failures.value(), 1U);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("what?")));
}

TEST_F(SubscribingTest, hears_of_channels_one_by_one) {
  make_open();
  await({"a", "b"});
  confirm("a");
  subscribing->hear({.kind = Reading::Kind::other, .channel = "b"}, false);
  confirm("of nobody");
  EXPECT_THAT(outcomes, IsEmpty());
  EXPECT_EQ(counters.confirmed.value(), 1U);
  reject("b", "not today");
  EXPECT_THAT(outcomes, ElementsAre(" a, not b: " + says(errc::subscription_rejected, "not today")));
  EXPECT_THAT(told, ElementsAre("rejected b"));
  EXPECT_EQ(subscribing->oldest(false), never) << "all was spoken of";
  EXPECT_TRUE(reply(asked[0], R"({"result":[]})")) << "as some venues say besides";
  EXPECT_EQ(counters.confirmed.value(), 1U);
}

TEST_F(SubscribingTest, says_once_that_the_server_does_not_answer) {
  make_open({.retry_delay = 1ms, .request_timeout = 1ms}).desire({"a"}, {}, never);
  EXPECT_TRUE(sends(3));
  EXPECT_THAT(lines, ElementsAre(HasSubstr("does not answer subscribe requests")));
  EXPECT_THAT(lines, ElementsAre(HasSubstr("the first is a")));
  EXPECT_EQ(counters.subscriptions.value(), 1U);
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(SubscribingTest, takes_what_nobody_answered_for_subscribed_once_its_data_come) {
  Subscribing& feeds = make_subscribed({"a"}, {.retry_delay = 1h, .max_backoff = 1h, .request_timeout = 1ms});
  lose();
  feeds.opened(true);
  EXPECT_TRUE(here.run_until([&] { return !lines.empty(); }));
  EXPECT_TRUE(feeds.expects_answers()) << "the data will be one";
  EXPECT_THAT(told, ElementsAre("degraded a"));
  update("a");
  EXPECT_THAT(told, ElementsAre("degraded a", "restored a"));
  EXPECT_EQ(counters.confirmed.value(), 0U);
  EXPECT_FALSE(feeds.expects_answers());
}

TEST_F(SubscribingTest, expects_answers_while_something_may_be_said_of_its_channels) {
  Subscribing& feeds = make_open();
  feeds.desire({"a"}, {}, never);
  EXPECT_TRUE(feeds.expects_answers());
  EXPECT_TRUE(reply(asked[0], R"({"result":true})"));
  EXPECT_FALSE(feeds.expects_answers());
  feeds.drop({"a"});
  EXPECT_TRUE(feeds.expects_answers());
  EXPECT_TRUE(reply(asked[1], R"({"result":true})"));
  EXPECT_FALSE(feeds.expects_answers());
  feeds.successor_opened();
  EXPECT_TRUE(feeds.expects_answers());
  feeds.successor_lost();
  EXPECT_FALSE(feeds.expects_answers());
}

TEST_F(SubscribingTest, expects_data_while_their_silence_means_something) {
  Subscribing& feeds = make_subscribed({"a"}, {.silence_timeout = 1h});
  EXPECT_TRUE(feeds.expects_answers());
  feeds.drop({"a"});
  EXPECT_TRUE(reply(asked[0], R"({"result":true})"));
  EXPECT_FALSE(feeds.expects_answers());
}

// ---- who waits

TEST_F(SubscribingTest, tells_who_waits_once_all_was_answered) {
  make_open({.subscribe_batch_size = 2});
  await({"a", "b", "c"});
  await({"a"});
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_TRUE(reply(asked[0], R"({"result":["a"]})"));
  EXPECT_THAT(outcomes, ElementsAre(" a"));
  EXPECT_TRUE(reply(asked[1], R"({"result":["c"]})"));
  EXPECT_THAT(outcomes, ElementsAre(" a", " a c, not b: " + says(errc::subscription_rejected,
                                                                 "the server's answer does not list it")));
  EXPECT_THAT(told, ElementsAre("rejected b"));
  EXPECT_EQ(counters.rejected_subscriptions.value(), 1U);
  EXPECT_EQ(counters.subscriptions.value(), 2U);
}

TEST_F(SubscribingTest, fails_for_who_waits_when_all_was_refused) {
  make_open();
  await({"a", "b"});
  EXPECT_TRUE(reply(asked[0], R"({"error":{"code":7,"message":"no such channel"}})"));
  EXPECT_THAT(outcomes, ElementsAre(says(errc::subscription_rejected, "7: no such channel")));
  EXPECT_THAT(told, ElementsAre("rejected a", "rejected b"));
  EXPECT_EQ(counters.rejected_subscriptions.value(), 2U);
  EXPECT_EQ(counters.subscriptions.value(), 0U);
}

TEST_F(SubscribingTest, tells_at_once_what_is_confirmed_already) {
  make_subscribed({"a", "b"});
  await({"b", "a"});
  EXPECT_THAT(outcomes, ElementsAre(" b a"));
  EXPECT_THAT(sent, IsEmpty());
}

TEST_F(SubscribingTest, tells_who_waits_at_their_deadline_what_is_known) {
  make_open({.subscribe_batch_size = 1});
  await({"a", "b"}, Clock::now() + 1ms);
  await({"b"}, Clock::now() + 1ms);
  await({"b"}, Clock::now() + 1h);
  EXPECT_TRUE(reply(asked[0], R"({"result":true})"));
  EXPECT_TRUE(here.run_until([&] { return outcomes.size() == 2; }));
  EXPECT_THAT(outcomes, ElementsAre(" a, not b: " + unanswered("b"), unanswered("b")));
  EXPECT_EQ(counters.subscriptions.value(), 2U) << "it stays desired";
  EXPECT_TRUE(reply(asked[1], R"({"result":true})"));
  EXPECT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(outcomes.back(), " b");
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(SubscribingTest, is_late_only_when_what_came_was_read) {
  make_open();
  has_read = false;
  await({"a"}, Clock::now());
  EXPECT_TRUE(here.run_until([&] { return due >= 3; }));
  EXPECT_THAT(outcomes, IsEmpty());
  has_read = true;
  EXPECT_TRUE(here.run_until([&] { return !outcomes.empty(); }));
  EXPECT_THAT(outcomes, ElementsAre(unanswered("a")));
}

TEST_F(SubscribingTest, tells_who_waits_for_what_is_not_wanted_any_more) {
  make_open();
  await({"a", "b"});
  await({"a"});
  subscribing->drop({"a"});
  EXPECT_THAT(outcomes, ElementsAre(says(errc::cancelled, "unsubscribed meanwhile")));
  EXPECT_THAT(sent, ElementsAre("+ a b", "- a"));
  EXPECT_TRUE(reply(asked[0], R"({"result":true})"));
  EXPECT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes.back(), " b, not a: " + says(errc::cancelled, "unsubscribed meanwhile"));
  EXPECT_EQ(counters.confirmed.value(), 1U);
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(SubscribingTest, lets_who_was_told_want_more) {
  Subscribing& feeds = make_open();
  feeds.desire({"a"}, Completion<Subscribed>{[&](const Result<Subscribed>&) { feeds.desire({"b"}, {}, never); }},
               never);
  EXPECT_TRUE(reply(asked[0], R"({"result":true})"));
  EXPECT_THAT(sent, ElementsAre("+ a", "+ b"));
}

TEST_F(SubscribingTest, tells_nobody_the_time_once_it_has_stopped) {
  make_open();
  await({"a"}, Clock::now() + 1ms);
  subscribing->stop();
  here.run_until([begun = Clock::now()] { return Clock::now() > begun + 5ms; });
  EXPECT_EQ(due, 0);
  EXPECT_THAT(outcomes, IsEmpty());
}

// ---- loss and restoring

TEST_F(SubscribingTest, restores_everything_on_the_next_connection) {
  Subscribing& feeds = make_subscribed({"b", "a"});
  lose();
  lose();
  EXPECT_EQ(counters.confirmed.value(), 0U);
  feeds.desire({"c"}, {}, never);
  EXPECT_THAT(sent, IsEmpty());
  feeds.opened(true);
  EXPECT_THAT(sent, ElementsAre("+ b a c"));
  EXPECT_THAT(told, ElementsAre("degraded b a c"));
  confirm("a");
  EXPECT_THAT(told, ElementsAre("degraded b a c"));
  EXPECT_TRUE(reply(asked[0], R"({"result":["a","b","c"]})"));
  EXPECT_THAT(told, ElementsAre("degraded b a c", "restored a b c"));
  EXPECT_EQ(counters.confirmed.value(), 3U);
}

TEST_F(SubscribingTest, ends_with_the_connection_for_who_waits) {
  make_open();
  await({"a"});
  lose();
  EXPECT_THAT(outcomes, ElementsAre(says(errc::disconnected)));
  EXPECT_FALSE(reply(asked[0], R"({"result":true})")) << "of the connection that was lost";
  EXPECT_EQ(counters.subscriptions.value(), 1U);
}

TEST_F(SubscribingTest, restores_nothing_when_that_is_not_wanted) {
  Subscribing& feeds = make_subscribed({"a"}, {.restore_subscriptions = false});
  lose();
  EXPECT_EQ(counters.subscriptions.value(), 0U);
  feeds.opened(true);
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_THAT(told, IsEmpty());
  feeds.desire({"b"}, {}, never);
  EXPECT_THAT(sent, ElementsAre("+ b"));
}

TEST_F(SubscribingTest, leaves_out_what_is_refused_again_and_again_while_it_is_restored) {
  make_subscribed({"a", "b"}, {.retry_delay = 1ms, .max_backoff = 1ms});
  lose();
  subscribing->opened(true);
  for (std::size_t request = 0; request < 4; ++request) {
    ASSERT_TRUE(sends(request + 1));
    EXPECT_THAT(told, ElementsAre("degraded a b"));
    EXPECT_TRUE(reply(asked[request], R"({"result":["a"]})"));
  }
  EXPECT_THAT(sent, ElementsAre("+ a b", "+ b", "+ b", "+ b"));
  EXPECT_THAT(told, ElementsAre("degraded a b", "rejected b", "restored a"));
}

// ---- silence

TEST_F(SubscribingTest, subscribes_again_to_what_is_silent_and_gives_up_its_connection_when_it_stays_so) {
  make_subscribed({"a"}, {.silence_timeout = 8ms});
  ASSERT_TRUE(sends(2));
  EXPECT_THAT(sent, ElementsAre("- a", "+ a"));
  EXPECT_THAT(told, ElementsAre("degraded a"));
  EXPECT_TRUE(reply(asked[0], R"({"result":true})"));
  EXPECT_TRUE(reply(asked[1], R"({"result":true})"));
  EXPECT_THAT(told, ElementsAre("degraded a", "restored a"));
  EXPECT_TRUE(here.run_until([&] { return told.size() == 3; }));
  EXPECT_EQ(told.back(), "dead: subscribed again and still silent: a");
  EXPECT_EQ(counters.confirmed.value(), 0U);
  EXPECT_EQ(counters.subscriptions.value(), 1U) << "for the next connection";
}

TEST_F(SubscribingTest, forgives_silence_once_data_come) {
  make_subscribed({"a"}, {.silence_timeout = 8ms});
  ASSERT_TRUE(sends(2));
  EXPECT_TRUE(reply(asked[1], R"({"result":true})"));
  update("a");
  ASSERT_TRUE(sends(4));
  EXPECT_THAT(sent, ElementsAre("- a", "+ a", "- a", "+ a"));
  EXPECT_THAT(told, ElementsAre("degraded a", "restored a", "degraded a"));
}

// ---- the successor of a rotation

TEST_F(SubscribingTest, subscribes_everything_on_the_successor_and_tells_nobody) {
  Subscribing& feeds = make_subscribed({"b", "a"});
  EXPECT_EQ(feeds.successor(), Successor::none);
  feeds.successor_opened();
  EXPECT_THAT(sent, ElementsAre("next + b a"));
  EXPECT_EQ(feeds.successor(), Successor::asked);
  EXPECT_EQ(feeds.oldest(false), never);
  EXPECT_NE(feeds.oldest(true), never);
  EXPECT_FALSE(reply(asked[0], R"({"result":true})")) << "the present connection was asked nothing";
  EXPECT_TRUE(reply(asked[0], R"({"result":true})", true));
  EXPECT_EQ(feeds.successor(), Successor::ready);
  feeds.take_over();
  EXPECT_EQ(feeds.successor(), Successor::none);
  EXPECT_EQ(counters.confirmed.value(), 2U);
  EXPECT_THAT(told, IsEmpty());
  feeds.drop({"a"});
  EXPECT_THAT(sent, ElementsAre("next + b a", "- a")) << "it is the present connection now";
}

TEST_F(SubscribingTest, is_ready_to_rotate_at_once_where_nothing_is_wanted) {
  Subscribing& feeds = make_open();
  feeds.successor_opened();
  EXPECT_EQ(feeds.successor(), Successor::ready);
  feeds.take_over();
  EXPECT_THAT(sent, IsEmpty());
}

TEST_F(SubscribingTest, asks_both_connections_for_what_changes_during_a_rotation) {
  Subscribing& feeds = make_subscribed({"a"});
  feeds.successor_opened();
  await({"b"});
  feeds.drop({"a"});
  EXPECT_THAT(sent, ElementsAre("next + a", "+ b", "next + b", "- a", "next - a"));
  EXPECT_TRUE(reply(asked[2], R"({"result":true})", true));
  EXPECT_THAT(outcomes, IsEmpty()) << "the present connection has not answered";
  EXPECT_TRUE(reply(asked[1], R"({"result":true})"));
  EXPECT_THAT(outcomes, ElementsAre(" b"));
  EXPECT_TRUE(reply(asked[0], R"({"result":true})", true));
  EXPECT_TRUE(reply(asked[4], R"({"result":true})", true));
  EXPECT_EQ(feeds.successor(), Successor::asked) << "the present connection owes an answer";
  EXPECT_TRUE(reply(asked[3], R"({"result":true})"));
  EXPECT_EQ(feeds.successor(), Successor::ready);
}

TEST_F(SubscribingTest, hears_what_each_connection_says_of_its_channels) {
  Subscribing& feeds = make_subscribed({"a", "b"});
  feeds.successor_opened();
  confirm("a", true);
  confirm("b");
  EXPECT_EQ(feeds.successor(), Successor::asked);
  confirm("b", true);
  EXPECT_EQ(feeds.successor(), Successor::ready);
  EXPECT_EQ(counters.confirmed.value(), 2U);
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(SubscribingTest, refuses_a_successor_that_has_not_what_the_present_connection_has) {
  Subscribing& feeds = make_subscribed({"a", "b"}, {.retry_delay = 1ms, .max_backoff = 1ms});
  feeds.successor_opened();
  for (std::size_t request = 0; request < 4; ++request) {
    ASSERT_TRUE(sends(request + 1));
    EXPECT_EQ(feeds.successor(), Successor::asked);
    EXPECT_TRUE(reply(asked[request], R"({"result":["a"]})", true));
  }
  EXPECT_EQ(feeds.successor(), Successor::refused);
  feeds.successor_lost();
  EXPECT_EQ(feeds.successor(), Successor::none);
  EXPECT_EQ(counters.confirmed.value(), 2U);
  EXPECT_THAT(told, IsEmpty()) << "the present connection has both";
}

TEST_F(SubscribingTest, tells_who_waits_what_only_the_successor_has_answered) {
  Subscribing& feeds = make_open({.retry_delay = 1h, .max_backoff = 1h, .request_timeout = 1ms});
  await({"a"});
  EXPECT_TRUE(here.run_until([&] { return !lines.empty(); }));
  feeds.successor_opened();
  ASSERT_THAT(sent, ElementsAre("+ a", "next + a"));
  EXPECT_TRUE(reply(asked[1], R"({"result":true})", true));
  EXPECT_EQ(feeds.successor(), Successor::ready);
  EXPECT_EQ(counters.confirmed.value(), 0U);
  EXPECT_THAT(outcomes, IsEmpty());
  feeds.take_over();
  EXPECT_EQ(counters.confirmed.value(), 1U);
  EXPECT_THAT(outcomes, ElementsAre(" a"));
}

TEST_F(SubscribingTest, needs_no_more_of_a_successor_than_the_present_connection_has_where_nobody_answers) {
  Subscribing& feeds = make_open({.retry_delay = 1h, .max_backoff = 1h, .request_timeout = 1ms});
  feeds.desire({"a"}, {}, never);
  EXPECT_TRUE(here.run_until([&] { return !lines.empty(); }));
  update("a");
  feeds.successor_opened();
  EXPECT_EQ(feeds.successor(), Successor::asked);
  EXPECT_TRUE(here.run_until([&] { return feeds.oldest(true) == never; }));
  EXPECT_EQ(feeds.successor(), Successor::asked) << "the present connection has its data";
  update("a", true);
  EXPECT_EQ(feeds.successor(), Successor::ready);
}

TEST_F(SubscribingTest, has_asked_the_successor_before_it_is_ready_where_nobody_answers) {
  Subscribing& feeds = make_open({.retry_delay = 1h, .max_backoff = 1h, .request_timeout = 1ms});
  feeds.desire({"a"}, {}, never);
  EXPECT_TRUE(here.run_until([&] { return !lines.empty(); }));
  refuses = true;
  feeds.successor_opened();
  EXPECT_EQ(feeds.successor(), Successor::asked);
  refuses = false;
  ASSERT_TRUE(sends(2));
  EXPECT_TRUE(here.run_until([&] { return feeds.oldest(true) == never; }));
  EXPECT_EQ(feeds.successor(), Successor::ready);
}

TEST_F(SubscribingTest, loses_the_successor_with_the_present_connection) {
  Subscribing& feeds = make_subscribed({"a"});
  feeds.successor_opened();
  lose();
  EXPECT_EQ(feeds.successor(), Successor::none);
  feeds.opened(true);
  EXPECT_THAT(sent, ElementsAre("next + a", "+ a"));
  EXPECT_THAT(told, ElementsAre("degraded a"));
}

// ---- lines for debugging

TEST_F(SubscribingTest, shows_the_first_of_its_channels_when_asked_to) {
  make_open({.debug = true}).desire({"a", "b", "c", "d", "e", "f"}, {}, never);
  EXPECT_TRUE(reply(asked[0], R"({"result":["a","b","c","d","e"]})"));
  subscribing->drop({"a"});
  EXPECT_THAT(lines, ElementsAre(HasSubstr("asked for 6 channels: a, b, c, d, e, …"),
                                 HasSubstr("confirmed 5 channels: a, b, c, d, e"), HasSubstr("refused 1 channel: f"),
                                 HasSubstr("gave up 1 channel: a")));
}

}  // namespace
}  // namespace zenws::client

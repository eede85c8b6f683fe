// docs/guide/first-connection.md
#include <chrono>
#include <cstdio>
#include <future>
#include <iostream>
#include <map>
#include <span>
#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include <zenws/client.hpp>
#include <zenws/json.hpp>
#include <zenws/log.hpp>
#include <zenws/testing/server.hpp>

#include "docs/venue_url.hpp"
#include "support/eventually.hpp"
#include "support/log_of.hpp"

namespace {

using ::testing::HasSubstr;
using zenws::testing::patience;
using zenws::testing::Server;

// While it lives, what is written to a stream is kept instead.
class Kept {
 public:
  explicit Kept(std::ostream& stream) : stream_{stream}, before_{stream.rdbuf(kept_.rdbuf())} {}
  ~Kept() { stream_.rdbuf(before_); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  [[nodiscard]] std::string text() const { return kept_.str(); }

 private:
  std::ostringstream kept_;
  std::ostream& stream_;
  std::streambuf* before_;
};

class GuideFirstConnection : public ::testing::Test {
 protected:
  GuideFirstConnection() { venue_url = server_.url(); }
  Server server_ = Server::start().value();
};

TEST_F(GuideFirstConnection, connect_shows_each_shape_of_message) {
  const Kept out{std::cout};
#include "first-connection/connect.inc"
  ASSERT_TRUE(client) << to_string(client.error());
  server_.inject_message(R"({"price":1})");
  server_.inject_message("hello");
  server_.inject_binary(std::as_bytes(std::span{"abc", 3}));
  server_.inject_message(R"({"id":7,"result":1})");
  server_.inject_raw("\xC1\x01x");  // a reserved bit
  ASSERT_TRUE(zenws::testing::eventually([&] { return client->get_state() == zenws::State::disconnected; }));
  ASSERT_TRUE(client->close());
  EXPECT_THAT(out.text(), HasSubstr("{\"price\":1}\nno JSON: hello\n3 bytes\nan answer that nothing waits for: "
                                    "{\"id\":7,\"result\":1}\nthe connection ends: "));
}

TEST_F(GuideFirstConnection, a_message_can_be_looked_into) {
  zenws::testing::LogOf<double> prices;
  auto client = zenws::Client::connect(server_.url(), {.handler = zenws::overloaded{[&](const zenws::JsonMessage& m) {
#include "first-connection/look_inside.inc"
                                                                                      prices.add(price);
                                                                                    },
                                                                                    [](const auto&) {}}});
  ASSERT_TRUE(client);
  server_.inject_message(R"({"params":{"data":[{"price":101.5}]}})");
  EXPECT_TRUE(prices.wait_for(101.5));
}

TEST_F(GuideFirstConnection, a_message_is_sent) {
  auto client = zenws::Client::connect(server_.url());
  ASSERT_TRUE(client);
#include "first-connection/send.inc"
  EXPECT_TRUE(sent);
  EXPECT_TRUE(zenws::testing::assert_message_sent(server_, R"({"method":"public/test"})", patience));
}

TEST_F(GuideFirstConnection, the_handler_answers_by_the_client_that_it_is_given) {
  zenws::Options options;
#include "first-connection/send_from_the_handler.inc"
  auto client = zenws::Client::connect(server_.url(), options);
  ASSERT_TRUE(client);
  server_.inject_message("anybody there?");
  EXPECT_TRUE(zenws::testing::assert_message_sent(server_, "seen", patience));
}

TEST_F(GuideFirstConnection, what_is_posted_runs_on_the_loop) {
  zenws::Client client = zenws::Client::connect(server_.url()).value();
#include "first-connection/post.inc"
  EXPECT_TRUE(posted);
  std::promise<void> passed;
  ASSERT_TRUE(client.post([&] { passed.set_value(); }));
  passed.get_future().wait();
}

TEST_F(GuideFirstConnection, a_call_that_is_to_come_is_taken_back) {
  using namespace std::chrono_literals;
  zenws::Client client = zenws::Client::connect(server_.url()).value();
#include "first-connection/call_after.inc"
  EXPECT_TRUE(alarm);
}

TEST_F(GuideFirstConnection, the_logger_tells_what_a_client_does) {
  const Kept log{std::clog};
#include "first-connection/set_logger.inc"
  auto client = zenws::Client::connect(server_.url(), {.debug = true});
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->close());
  zenws::set_logger({});
  EXPECT_THAT(log.text(), HasSubstr("debug "));
}

TEST_F(GuideFirstConnection, a_failure_is_explained) {
  server_.stop();
  auto client = zenws::Client::connect(server_.url(), {.retry_count = 0});
  const Kept told{std::cerr};
#include "first-connection/explain.inc"
  EXPECT_THAT(told.text(), HasSubstr("\nsee docs/guide/errors.md#connection-refused"));
}

TEST_F(GuideFirstConnection, close_ends_it) {
  auto client = zenws::Client::connect(server_.url());
  ASSERT_TRUE(client);
#include "first-connection/close.inc"
  EXPECT_TRUE(closed);
  EXPECT_EQ(client->get_state(), zenws::State::disconnected);
}

}  // namespace

#include "client/settings.hpp"

#include <chrono>
#include <optional>

#include <gtest/gtest.h>

#include <zenws/client.hpp>

namespace zenws::client {
namespace {

using namespace std::chrono_literals;

Options some() {
  Options options;
  options.timeout = 7s;
  options.headers = {{"X", "y"}};
  return options;
}

TEST(Settings, are_shared_by_clients_that_differ_in_what_is_their_own_only) {
  Options other = some();
  other.handler = [](const Message&) {};
  other.on_connect = [](const ClientRef&) {};
  other.name = "feed-a";
  other.labels = {{"venue", "deribit"}};
  const Settings one{some()};
  const Settings two{std::move(other)};
  EXPECT_EQ(&one.options(), &two.options());
  EXPECT_EQ(two.options().timeout, 7s);
  EXPECT_FALSE(one.handler());
  EXPECT_TRUE(two.handler());
  EXPECT_FALSE(one.own<&Options::on_connect>());
  EXPECT_TRUE(two.own<&Options::on_connect>());
  EXPECT_EQ(one.own<&Options::name>(), "");
  EXPECT_EQ(two.own<&Options::name>(), "feed-a");
  EXPECT_EQ(two.own<&Options::labels>(), (std::vector<Label>{{"venue", "deribit"}}));
  EXPECT_EQ(two.options().name, "");
}

TEST(Settings, are_its_own_when_anything_else_differs) {
  Options other = some();
  other.headers[0].value = "z";
  const Settings one{some()};
  const Settings two{std::move(other)};
  EXPECT_NE(&one.options(), &two.options());
  EXPECT_EQ(one.options().headers[0].value, "y");
  EXPECT_EQ(two.options().headers[0].value, "z");
}

TEST(Settings, are_its_own_when_a_heartbeat_has_functions) {
  Options options = some();
  options.heartbeat = Heartbeat::custom("still there?", [](const Message&) { return true; });
  const Settings one{Options{options}};
  const Settings two{Options{options}};
  EXPECT_NE(&one.options(), &two.options());
}

TEST(Settings, are_shared_with_a_heartbeat_of_plain_functions) {
  Options options = some();
  options.heartbeat = Heartbeat::deribit(20s);
  const Settings one{Options{options}};
  const Settings two{Options{options}};
  options.heartbeat = Heartbeat::by_request([](std::int64_t) { return std::string{"mine"}; });
  const Settings three{Options{options}};
  EXPECT_EQ(&one.options(), &two.options());
  EXPECT_NE(&one.options(), &three.options());
}

TEST(Settings, give_everything_back_as_it_was_given) {
  Options options = some();
  options.handler = [](const Message&) {};
  options.endpoint_provider = [](int, const Error*) -> Result<Endpoint> { return Endpoint{.url = "ws://a"}; };
  options.on_lifecycle = [](const Lifecycle&) {};
  options.on_connect = [](const ClientRef&) {};
  options.on_disconnect = [](const ClientRef&) {};
  options.retry_policy = [](const Error&) { return std::optional{Severity::recoverable}; };
  options.authenticate = [](const ClientRef&, Authenticated) {};
  options.name = "feed-a";
  options.labels = {{"venue", "deribit"}};
  const Options all = Settings{Options{options}}.all();
  EXPECT_EQ(to_string(all), to_string(options));
  EXPECT_TRUE(all.handler && all.endpoint_provider && all.on_lifecycle && all.on_connect && all.on_disconnect &&
              all.retry_policy && all.authenticate);
  EXPECT_EQ(all.endpoint_provider(1, nullptr)->url, "ws://a");
}

}  // namespace
}  // namespace zenws::client

// What an attempt is made with, by the options or by the endpoint provider.
#include "client/endpoint.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "base/url.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;

const Url url = *parse_url("wss://example.com/feed");

Options with(EndpointProvider provider) {
  Options options;
  options.headers = {{"X", "options"}};
  options.subprotocols = {"v1"};
  options.tls.server_name = "sni.example";
  options.timeout = 7s;
  options.endpoint_provider = std::move(provider);
  return options;
}

Result<net::DialRequest> next_dial(const Url& to, const Options& options, int attempt, const Error* last) {
  return client::next_dial(to, options, options.endpoint_provider, attempt, last);
}

TEST(NextDial, is_as_the_options_say_without_a_provider) {
  const auto request = next_dial(url, with({}), 3, nullptr);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, url);
  EXPECT_EQ(request->headers, (std::vector<Header>{{"X", "options"}}));
  EXPECT_EQ(request->subprotocols, std::vector<std::string>{"v1"});
  EXPECT_EQ(request->tls.server_name, "sni.example");
  EXPECT_EQ(request->timeout, 7s);
}

TEST(NextDial, takes_url_headers_and_subprotocols_from_the_provider_and_the_rest_from_the_options) {
  const auto request = next_dial(url, with([](int attempt, const Error* last) -> Result<Endpoint> {
                                   EXPECT_EQ(attempt, 4);
                                   EXPECT_EQ(*last, errc::timeout);
                                   return Endpoint{.url = "ws://b.example:81/x", .headers = {{"Y", "new"}}};
                                 }),
                                 4, std::make_unique<Error>(errc::timeout).get());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, *parse_url("ws://b.example:81/x"));
  EXPECT_EQ(request->headers, (std::vector<Header>{{"Y", "new"}}));
  EXPECT_TRUE(request->subprotocols.empty());
  EXPECT_EQ(request->tls.server_name, "sni.example");
  EXPECT_EQ(request->timeout, 7s);
}

TEST(NextDial, checks_the_answer_like_connects_arguments) {
  const std::pair<Endpoint, const char*> cases[] = {
      {{.url = ""}, "URL is required"},
      {{.url = "http://example.com"}, "Invalid URL format"},
      {{.url = "ws://127.0.0.1", .headers = {{"Host", "x"}}}, "Invalid header: Host"},
      {{.url = "ws://127.0.0.1", .headers = {{"X", "a\r\nb"}}}, "Invalid header: X"},
      {{.url = "ws://127.0.0.1", .subprotocols = {"a b"}}, "Invalid subprotocol: number 1"},
  };
  for (const auto& [endpoint, text] : cases) {
    const auto request =
        next_dial(url, with([&](int, const Error*) -> Result<Endpoint> { return endpoint; }), 0, nullptr);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error(), errc::invalid_config);
    EXPECT_EQ(request.error().phase(), Phase::config);
    EXPECT_EQ(request.error().detail(), text);
  }
}

TEST(NextDial, passes_the_providers_own_error_through) {
  const auto request = next_dial(url, with([](int, const Error*) -> Result<Endpoint> {
                                   return std::unexpected{Error{errc::unauthorized, Phase::config, "no account"}};
                                 }),
                                 0, nullptr);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error(), errc::unauthorized);
  EXPECT_EQ(request.error().detail(), "no account");
}

TEST(NextDial, turns_what_the_provider_throws_into_an_error) {
  const auto request = next_dial(
      url, with([](int, const Error*) -> Result<Endpoint> { throw std::runtime_error{"no token today"}; }), 0, nullptr);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error(), errc::invalid_config);
  EXPECT_EQ(request.error().detail(), "endpoint_provider failed: no token today");
}

}  // namespace
}  // namespace zenws::client

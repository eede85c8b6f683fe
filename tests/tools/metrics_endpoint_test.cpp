// Where metrics may be shown, and that they are.
#include "command_line/metrics_endpoint.hpp"

#include <gmock/gmock.h>

#include <zenws/testing/server.hpp>

#include "connect/client_list.hpp"
#include "support/http.hpp"
#include "tools/child.hpp"

namespace zenws::program {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::optional<MetricsAddress> any_port = MetricsAddress{"127.0.0.1", 0};

// The port in a text with `http://127.0.0.1:PORT/metrics`; 0: there is none.
std::uint16_t port_in(const std::string& text) {
  constexpr std::string_view before = "http://127.0.0.1:";
  const std::size_t at = text.find(before);
  return at == std::string::npos ? std::uint16_t{0}
                                 : static_cast<std::uint16_t>(std::stoi(text.substr(at + before.size())));
}

std::string scrape(std::uint16_t port) { return testing::http_get(port, "/metrics"); }

// ---- the address

TEST(ParseMetricsAddress, takes_an_address_and_a_port) {
  EXPECT_EQ(parse_metrics_address("127.0.0.1:9464"), (MetricsAddress{"127.0.0.1", 9464}));
  EXPECT_EQ(parse_metrics_address("0.0.0.0:65535"), (MetricsAddress{"0.0.0.0", 65535}));
  EXPECT_EQ(parse_metrics_address("[::1]:9464"), (MetricsAddress{"[::1]", 9464}));
  EXPECT_EQ(parse_metrics_address("localhost:0"), (MetricsAddress{"127.0.0.1", 0}));
}

TEST(ParseMetricsAddress, refuses_anything_else) {
  for (const char* const wrong :
       {"", ":", "9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:-1", "127.0.0.1:65536", "127.0.0.1:9464s",
        "127.0.0.1:94 64", "127.0.0:1", "::1:9464", "[::1]", "[]:1", "[:1", "[127.0.0.1]:1", "example.com:9464",
        "127.0.0.1:1,127.0.0.1:2", "http://127.0.0.1:9464"}) {
    EXPECT_EQ(parse_metrics_address(wrong), std::nullopt) << wrong;
  }
}

TEST(MetricsAddress, is_written_as_it_is_read) {
  for (const char* const text : {"127.0.0.1:9464", "[::1]:9464"}) {
    EXPECT_EQ(parse_metrics_address(text)->text(), text);
  }
}

// ---- the endpoint, in a build with and without metrics

TEST(MetricsEndpointTest, shows_nothing_without_an_address) {
  const auto endpoint = MetricsEndpoint::start(std::nullopt, ClientList{}.discovery(), true);
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->url(), "");
}

TEST(MetricsEndpointTest, says_so_when_it_is_not_built_in) {
  if (MetricsEndpoint::is_available()) GTEST_SKIP() << "built with metrics";
  const Ended ended = run({"soak", "1s", "--metrics", "127.0.0.1:0"});
  EXPECT_EQ(ended.exit_code, static_cast<int>(Exit::usage));
  EXPECT_THAT(ended.err, HasSubstr("built without metrics"));
}

class WithMetrics : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!MetricsEndpoint::is_available()) GTEST_SKIP() << "built without metrics";
  }
  testing::Server server_ = *testing::Server::start();
};

TEST_F(WithMetrics, shows_clients_that_were_added_meanwhile) {
  const ClientList clients;
  auto endpoint = MetricsEndpoint::start(any_port, clients.discovery(), true);
  const std::uint16_t port = port_in(endpoint->url());
  EXPECT_THAT(scrape(port), Not(HasSubstr("zenws_client_epoch")));
  const auto client = Client::connect(server_.url());
  clients.add(*client);
  EXPECT_THAT(scrape(port), HasSubstr("zenws_client_epoch{client=\"" + std::to_string(client->id()) + "\"} 1\n"));
  endpoint->stop();
  EXPECT_EQ(scrape(port), "");
}

TEST_F(WithMetrics, tells_that_a_port_is_taken) {
  const auto endpoint = MetricsEndpoint::start(MetricsAddress{"127.0.0.1", server_.port()}, {}, true);
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().code(), std::errc::address_in_use);
  EXPECT_THAT(std::string{endpoint.error().detail()}, HasSubstr("127.0.0.1:" + std::to_string(server_.port())));
}

TEST_F(WithMetrics, tells_that_an_address_is_not_this_machines) {
  const auto endpoint = MetricsEndpoint::start(MetricsAddress{"192.0.2.1", 0}, {}, true);
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().code(), std::errc::address_not_available);
}

// ---- the program

TEST_F(WithMetrics, connect_shows_its_client) {
  Child child{{"connect", server_.url(), "--metrics", "127.0.0.1:0"}};
  ASSERT_TRUE(child.wait_for_err("connected in"));
  const std::uint16_t port = port_in(child.err());
  child.type("hello\n");
  ASSERT_TRUE(child.wait_for_out("echo: hello\n"));
  EXPECT_THAT(scrape(port), AllOf(HasSubstr("zenws_client_state{client=\"1\",state=\"connected\"} 1\n"),
                                  HasSubstr("zenws_client_messages_received_total{client=\"1\"} 1\n")));
}

TEST_F(WithMetrics, soak_shows_its_clients_together) {
  Child child{{"soak", "1h", "--clients", "3", "--drop-every", "1h", "--metrics", "127.0.0.1:0"}};
  ASSERT_TRUE(child.wait_for_err("/metrics\n"));
  const std::uint16_t port = port_in(child.err());
  EXPECT_TRUE(child.wait_until(
      [&] { return scrape(port).find("zenws_client_state{state=\"connected\"} 3\n") != std::string::npos; }));
  EXPECT_THAT(scrape(port), Not(HasSubstr("client=")));
}

TEST_F(WithMetrics, a_taken_port_ends_the_program_before_it_tries_anything) {
  const std::string taken = "127.0.0.1:" + std::to_string(server_.port());
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"connect", server_.url(), "--metrics", taken},
        std::vector<std::string>{"soak", "1h", "--metrics", taken}}) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.exit_code, static_cast<int>(Exit::failed));
    EXPECT_THAT(ended.err, AllOf(HasSubstr("cannot listen on " + taken), HasSubstr("in use")));
  }
  EXPECT_EQ(server_.accepted(), 0U);
}

TEST(MetricsOption, refuses_what_is_no_address) {
  for (const char* const wrong : {"9464", "example.com:9464"}) {
    const Ended ended = run({"connect", "ws://127.0.0.1:1/", "--metrics", wrong});
    EXPECT_EQ(ended.exit_code, static_cast<int>(Exit::usage));
    EXPECT_THAT(ended.err, HasSubstr("127.0.0.1:9464"));
  }
}

}  // namespace
}  // namespace zenws::program

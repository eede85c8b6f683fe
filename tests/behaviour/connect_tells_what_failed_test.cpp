// connect() reports the last attempt's own error, with its phase; fatal ones at once, others after the retries.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

Options impatient() {
  Options options;
  options.retry_count = 2;
  options.retry_delay = 1ms;
  return options;
}

Error failure(std::string_view url, Options options) {
  const auto client = Client::connect(url, std::move(options));
  EXPECT_FALSE(client);
  return client ? Error{errc::cancelled} : client.error();
}

TEST(ConnectTellsWhatFailed, when_the_configuration_is_wrong) {
  const Error error = failure("http://example.com", {});
  EXPECT_EQ(error, errc::invalid_config);
  EXPECT_EQ(error.phase(), Phase::config);
  EXPECT_EQ(error.detail(), "Invalid URL format");
}

TEST(ConnectTellsWhatFailed, when_nobody_listens_after_every_retry) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor closed{io, {boost::asio::ip::address_v4::loopback(), 0}};
  const std::string url = "ws://127.0.0.1:" + std::to_string(closed.local_endpoint().port());
  closed.close();
  LogOf<std::string> events;
  Options options = impatient();
  options.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  const Error error = failure(url, options);
  EXPECT_EQ(error, errc::max_reconnection_attempts);
  ASSERT_NE(error.cause(), nullptr);
  EXPECT_EQ(error.cause()->code(), std::errc::connection_refused);
  EXPECT_EQ(error.cause()->phase(), Phase::connect);
  EXPECT_EQ(events.all(), (std::vector<std::string>{"reconnecting 1", "reconnecting 2", "stopped"}));
}

TEST(ConnectTellsWhatFailed, with_the_refused_upgrades_status_headers_and_body) {
  auto server =
      Server::start({.faults = {.refuse_upgrade = HttpResponse{401, "Unauthorized", {{"X-Why", "token"}}, "who?"}}});
  ASSERT_TRUE(server);
  const Error error = failure(server->url(), impatient());
  EXPECT_EQ(error, errc::upgrade_rejected);
  EXPECT_EQ(error.phase(), Phase::upgrade);
  ASSERT_NE(error.http(), nullptr);
  EXPECT_EQ(error.http()->status, 401);
  EXPECT_EQ(error.http()->body, "who?");
  EXPECT_NE(std::ranges::find(error.http()->headers, Header{"X-Why", "token"}), error.http()->headers.end());
  EXPECT_EQ(server->accepted(), 1U) << "401 is fatal: no retry";
  EXPECT_FALSE(explain(error).suggestion.empty());
}

TEST(ConnectTellsWhatFailed, and_tries_again_when_the_server_is_only_busy) {
  auto server = Server::start({.faults = {.refuse_upgrade = HttpResponse{503, "Service Unavailable", {}, {}}}});
  ASSERT_TRUE(server);
  const Error error = failure(server->url(), impatient());
  EXPECT_EQ(error, errc::max_reconnection_attempts);
  EXPECT_EQ(error.cause()->http()->status, 503);
  EXPECT_EQ(server->accepted(), 3U);
}

TEST(ConnectTellsWhatFailed, when_the_upgrade_is_never_answered) {
  auto server = Server::start({.faults = {.delay_upgrade = 1h}});
  ASSERT_TRUE(server);
  Options options = impatient();
  options.retry_count = 0;
  options.timeout = 100ms;
  const Error error = failure(server->url(), options);
  EXPECT_EQ(error, errc::timeout);
  EXPECT_EQ(error.phase(), Phase::upgrade);
}

TEST(ConnectTellsWhatFailed, when_the_deadline_for_all_attempts_has_passed) {
  auto server = Server::start({.faults = {.delay_upgrade = 1h}});
  ASSERT_TRUE(server);
  Options options;
  options.connect_deadline = 100ms;
  EXPECT_EQ(failure(server->url(), options), errc::timeout);
}

TEST(ConnectTellsWhatFailed, when_the_accept_key_or_subprotocol_is_wrong) {
  auto server = Server::start({.faults = {.wrong_accept_key = true}});
  ASSERT_TRUE(server);
  EXPECT_EQ(failure(server->url(), impatient()), errc::bad_accept);
  server->set_faults({.force_subprotocol = "chat"});
  EXPECT_EQ(failure(server->url(), impatient()), errc::bad_accept);
}

struct TlsCase {
  const char* name;
  testing::ServerOptions server;
  bool trusted;
  const char* reason;
};
class ConnectRefusesCertificate : public ::testing::TestWithParam<TlsCase> {};

TEST_P(ConnectRefusesCertificate, and_sends_nothing_after) {
  auto server = Server::start(GetParam().server);
  ASSERT_TRUE(server) << to_string(server.error());
  Options options = impatient();
  if (GetParam().trusted) options.tls.ca_pem = server->ca_pem();
  const Error error = failure(server->url(), options);
  EXPECT_EQ(error.phase(), Phase::tls) << to_string(error);
  EXPECT_EQ(error.code().category(), certificate_category()) << to_string(error);
  EXPECT_EQ(classify(error), Severity::fatal);
  const Explanation why = explain(error);
  EXPECT_NE((why.message + why.suggestion).find(GetParam().reason), std::string::npos) << why.message << why.suggestion;
  EXPECT_TRUE(server->upgrades().empty());
  EXPECT_EQ(server->accepted(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Tls, ConnectRefusesCertificate,
    ::testing::Values(TlsCase{"unknown_ca", {.tls = true}, false, "CA"},
                      TlsCase{"wrong_host", {.tls = true, .certificate_host = "other.example"}, true, "host"},
                      TlsCase{"expired", {.tls = true, .certificate_expired = true}, true, "expired"}),
    [](const auto& tested) { return std::string{tested.param.name}; });

TEST(Connect, verifies_a_good_certificate_by_name_and_by_address) {
  auto server = Server::start({.tls = true});
  ASSERT_TRUE(server);
  for (const char* host : {"localhost", "127.0.0.1"}) {
    Options options = impatient();
    options.tls.ca_pem = server->ca_pem();
    const auto client = Client::connect("wss://" + std::string{host} + ":" + std::to_string(server->port()), options);
    EXPECT_TRUE(client) << host << ": " << to_string(client.error());
  }
}

TEST(Connect, sends_headers_userinfo_and_target_and_tells_the_subprotocol) {
  auto server = Server::start({.subprotocols = {"v2", "v1"}});
  ASSERT_TRUE(server);
  LogOf<std::string> chosen;
  Options options = impatient();
  options.headers = {{"X-Api-Key", "k"}};
  options.subprotocols = {"v1", "v2"};
  options.on_lifecycle = [&](const Lifecycle& event) {
    if (const auto* connected = std::get_if<Connected>(&event)) chosen.add(connected->subprotocol);
  };
  const auto client =
      Client::connect("ws://user:pass@127.0.0.1:" + std::to_string(server->port()) + "/a/b?c=d#frag", options);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_EQ(server->upgrades().size(), 1U);
  const testing::UpgradeSeen seen = server->upgrades()[0];
  EXPECT_EQ(seen.target, "/a/b?c=d");
  EXPECT_NE(std::ranges::find(seen.headers, Header{"X-Api-Key", "k"}), seen.headers.end());
  EXPECT_NE(std::ranges::find(seen.headers, Header{"Authorization", "Basic dXNlcjpwYXNz"}), seen.headers.end());
  EXPECT_TRUE(chosen.wait_for("v1"));
}

}  // namespace
}  // namespace zenws

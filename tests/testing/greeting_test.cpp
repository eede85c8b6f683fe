// The answer to an upgrade request, as text.
#include "testing/greeting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

ws::ClientHello hello(std::vector<std::string> offered = {}) {
  return {"/", {}, "dGhlIHNhbXBsZSBub25jZQ==", std::move(offered)};
}
constexpr auto right_key = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

Greeting greet(ws::ClientHello hello, const Faults& faults, const std::vector<std::string>& spoken) {
  return testing::greet(std::move(hello), faults, spoken, {});
}

TEST(Greeting, is_a_101_with_the_accept_key) {
  const Greeting greeting = greet(hello(), {}, {});
  EXPECT_TRUE(greeting.opens);
  EXPECT_THAT(greeting.text, StartsWith("HTTP/1.1 101 "));
  EXPECT_THAT(greeting.text, HasSubstr(right_key));
  EXPECT_THAT(greeting.text, Not(HasSubstr("Sec-WebSocket-Protocol")));
}

TEST(Greeting, chooses_the_clients_first_subprotocol_that_is_spoken) {
  EXPECT_THAT(greet(hello({"a", "b", "c"}), {}, {"c", "b"}).text, HasSubstr("Sec-WebSocket-Protocol: b\r\n"));
  EXPECT_THAT(greet(hello({"a"}), {}, {"c"}).text, Not(HasSubstr("Sec-WebSocket-Protocol")));
}

TEST(Greeting, takes_compression_as_both_want_it) {
  ws::ClientHello offers = hello();
  offers.headers.push_back({"Sec-WebSocket-Extensions", "x-other, permessage-deflate; server_max_window_bits=10"});
  EXPECT_EQ(greet(offers, {}, {}).deflate, std::nullopt);
  const Greeting greeting = testing::greet(offers, {}, {}, {.enabled = true, .client_context_takeover = true});
  EXPECT_EQ(greeting.deflate, (ws::DeflateParams{.server_max_window_bits = 10, .says_server_window = true}));
  EXPECT_THAT(greeting.text, HasSubstr("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n"));
}

TEST(Greeting, comes_from_no_server_whose_compression_makes_no_sense) {
  const auto server = Server::start({.compression = {.enabled = true, .level = 10}});
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error(), errc::invalid_config);
  EXPECT_EQ(server.error().detail(), "Compression level must be 1-9");
}

TEST(Greeting, is_wrong_as_told) {
  EXPECT_THAT(greet(hello(), {.wrong_accept_key = true}, {}).text, Not(HasSubstr(right_key)));
  EXPECT_THAT(greet(hello(), {.force_subprotocol = "x"}, {}).text, HasSubstr("Sec-WebSocket-Protocol: x\r\n"));
  EXPECT_THAT(greet(hello(), {.raw_after_upgrade = "raw"}, {}).text, EndsWith("\r\n\r\nraw"));
}

TEST(Greeting, refuses_as_told) {
  const Greeting greeting = greet(hello(), {.refuse_upgrade = HttpResponse{401, "Unauthorized", {}, "no"}}, {});
  EXPECT_FALSE(greeting.opens);
  EXPECT_THAT(greeting.text, StartsWith("HTTP/1.1 401 Unauthorized\r\n"));
  EXPECT_THAT(greeting.text, EndsWith("\r\n\r\nno"));
}

}  // namespace
}  // namespace zenws::testing

// How a pool is shown, and what of a URL may be.
#include "pool/pool_table.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include <zenws/asio.hpp>

namespace zenws::program {
namespace {

TEST(ShowEndpoint, leaves_out_user_password_and_query) {
  EXPECT_EQ(show_endpoint("wss://me:pass@host:443/path?token=secret#x"), "wss://host:443/path");
  EXPECT_EQ(show_endpoint("ws://127.0.0.1:8080"), "ws://127.0.0.1:8080");
  EXPECT_EQ(show_endpoint("ws://h/a@b"), "ws://h/a@b");
  EXPECT_EQ(show_endpoint("ws://a:p@ss@h/"), "ws://h/");
  EXPECT_EQ(show_endpoint(""), "");
  EXPECT_EQ(show_endpoint("ws://h/\033[2J"), "ws://h/\\x1B[2J");
}

TEST(ShowPool, gives_each_client_a_line_and_the_messages_another) {
  const Client client = *client::Access::create("ws://127.0.0.1:1", {}, nullptr);
  const std::string id = std::to_string(client.id());
  const std::string table = show_pool(
      {{.health = {.client = client, .state = State::connected, .score = 85, .pending = 1, .p99 = 12, .errors = 1},
        .endpoint = "ws://a",
        .routed = 1'234,
        .restarts = 2},
       {.health = {.client = client, .state = State::reconnecting, .score = 0, .pending = 0}, .endpoint = "ws://b:12"}},
      {.verb = "answered", .done = 1'200, .failed = 34, .failovers = 5, .rate = 99.6, .last_error = "oh"}, 80);
  const auto padded = std::string(2 - id.size(), ' ') + id;
  EXPECT_EQ(table,
            "id endpoint  state        score   p99 errors pending restarts routed\n" +  //
                padded + " ws://a    connected       85 12 ms      1       1        2  1,234\n" + padded +
                " ws://b:12 reconnecting     0     -      0       0        0      0\n" +
                "answered 1,200 (100/s), failed 34, failovers 5; the last failure: oh\n");
}

TEST(ShowPool, keeps_its_lines_within_the_width) {
  const Client client = *client::Access::create("ws://127.0.0.1:1", {}, nullptr);
  const ClientHealth health{.client = client, .state = State::disconnected, .score = 0, .pending = 0};
  const std::string table =
      show_pool({{.health = health, .endpoint = "wss://stream.example.com:9443/stream", .routed = 1'234'567}},
                {.last_error = "open: The connection was lost: " + std::string(80, 'x')}, 80);
  std::istringstream lines{table};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U + 2) << line;  // an ellipsis is 3 bytes
  EXPECT_NE(table.find("…e.com:9443/stream "), std::string::npos) << table;
}

TEST(ShowPool, cuts_nothing_where_there_is_no_width) {
  const Client client = *client::Access::create("ws://127.0.0.1:1", {}, nullptr);
  const ClientHealth health{.client = client, .state = State::disconnected, .score = 0, .pending = 0};
  const std::string endpoint(100, 'x');
  EXPECT_NE(show_pool({{.health = health, .endpoint = endpoint}}, {}, std::string::npos).find(endpoint),
            std::string::npos);
}

}  // namespace
}  // namespace zenws::program

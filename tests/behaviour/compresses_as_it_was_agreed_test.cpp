// permessage-deflate over real sockets: what is agreed, what it saves, what it must not change, and what it withstands.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/recorder.hpp>
#include <zenws/testing/server.hpp>

#include "base/bytes.hpp"
#include "support/connect.hpp"
#include "support/eventually.hpp"
#include "support/frames.hpp"
#include "support/log_of.hpp"
#include "support/scratch_folder.hpp"
#include "ws/deflater.hpp"
#include "ws/frame.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::connect;
using ::testing::HasSubstr;
using testing::patience;
using testing::Server;

std::string tick(int i) {
  return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.BTC-PERPETUAL.100ms","data":{"last":)" +
         std::to_string(50'000 + i * 37 % 91) + R"(,"volume":)" + std::to_string(i * 7919 % 10007) +
         R"(,"best_bid":49999,"best_ask":50001}}})";
}

class Compresses : public ::testing::Test {
 protected:
  static Options options(Compression compression = {}) {
    compression.enabled = true;
    Options options{.retry_count = 0, .reconnect_on_error = false};
    options.compression = compression;
    return options;
  }
  static Server serve(Compression compression = {}, testing::ServerOptions options = {}) {
    compression.enabled = true;
    options.compression = compression;
    options.script = testing::exact_echo;
    return *Server::start(std::move(options));
  }
  static void expect_back(Client& client, const std::string& text) {
    ASSERT_TRUE(client.send_message(text));
    const auto back = client.receive(patience);
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_TRUE(back->text() == text);
  }
};

TEST_F(Compresses, what_is_sent_and_what_comes_and_says_how_much) {
  Server server = serve();
  Client client = connect(server.url(), options());
  std::size_t plain = 0;
  for (int i = 0; i < 100; ++i) {
    expect_back(client, tick(i) + tick(i + 1));
    plain += 2 * tick(i).size();
  }
  EXPECT_TRUE(testing::eventually([&] {  // told at the end of a turn
    return client.get_state_metrics().uncompressed_bytes_in == client.get_state_metrics().uncompressed_bytes_out;
  }));
  const StateMetrics metrics = client.get_state_metrics();
  EXPECT_GE(metrics.uncompressed_bytes_in, plain - 1000);
  EXPECT_LT(metrics.compressed_bytes_in, metrics.uncompressed_bytes_in / 4) << "the server keeps its context";
  EXPECT_LT(metrics.compressed_bytes_out, metrics.uncompressed_bytes_out);
  EXPECT_GT(metrics.compressed_bytes_out, metrics.compressed_bytes_in) << "the client does not";
  EXPECT_LT(metrics.bytes_in, metrics.uncompressed_bytes_in / 2);
}

TEST_F(Compresses, nothing_unless_both_want_it) {
  Server without = *Server::start({.script = testing::exact_echo});
  Client client = connect(without.url(), options());
  expect_back(client, tick(1) + tick(2));
  Server with = serve();
  Client other = connect(with.url(), Options{});
  expect_back(other, tick(1) + tick(2));
  for (const Client& each : {client, other}) {
    EXPECT_EQ(each.get_state_metrics().compressed_bytes_in + each.get_state_metrics().compressed_bytes_out, 0U);
  }
}

TEST_F(Compresses, with_every_parameter_that_there_is) {
  for (const bool server_takeover : {false, true}) {
    for (const bool client_takeover : {false, true}) {
      for (const int bits : {8, 9, 11, 15}) {
        const Compression both{.server_max_window_bits = bits,
                               .client_max_window_bits = std::max(bits, 9),
                               .server_context_takeover = server_takeover,
                               .client_context_takeover = client_takeover,
                               .threshold = 1,
                               .level = 1 + bits % 9};
        Server server = serve(both, {.faults = {.fragment_size = bits == 9 ? 7U : 0U}});
        Client client = connect(server.url(), options(both));
        for (int i = 0; i < 10; ++i) expect_back(client, tick(i));
        expect_back(client, "");
        expect_back(client, std::string(300'000, 'x') + tick(1));
        ASSERT_TRUE(client.close());
        EXPECT_EQ(client.get_state_metrics().compressed_bytes_in != 0, bits != 8) << "zlib cannot deflate with 8";
      }
    }
  }
}

TEST_F(Compresses, no_message_below_the_threshold) {
  Server server = serve({.threshold = 1000});
  Client client = connect(server.url(), options({.threshold = 1000}));
  expect_back(client, std::string(999, 'x'));
  EXPECT_EQ(client.get_state_metrics().compressed_bytes_in + client.get_state_metrics().compressed_bytes_out, 0U);
  expect_back(client, std::string(1000, 'x'));
  ASSERT_TRUE(client.close());
  EXPECT_EQ(client.get_state_metrics().uncompressed_bytes_in, 1000U);
}

TEST_F(Compresses, in_order_from_many_threads_at_once) {
  for (const bool takeover : {false, true}) {
    Server server = serve({.client_context_takeover = true, .threshold = 1});
    Client client = connect(server.url(), options({.client_context_takeover = takeover, .threshold = 1}));
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
          for (int i = 0; i < 200; ++i) EXPECT_TRUE(client.send_message(std::to_string(t) + " " + tick(i)));
        });
      }
    }
    std::vector<int> next(4);
    for (int i = 0; i < 800; ++i) {
      const auto message = client.receive(patience);
      ASSERT_TRUE(message) << to_string(message.error());
      const auto thread = static_cast<std::size_t>(message->text()[0] - '0');
      EXPECT_EQ(message->text().substr(2), tick(next[thread]++));
    }
  }
}

TEST_F(Compresses, again_after_a_reconnect_whatever_that_server_takes) {
  Server server = serve();
  Options again = options();
  again.reconnect_on_error = true;
  again.retry_count = unlimited;
  again.retry_delay = 1ms;
  Client client = connect(server.url(), again);
  expect_back(client, tick(1) + tick(2));
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(testing::eventually([&] { return client.get_state_metrics().epoch == 2; }));
  ASSERT_TRUE(testing::eventually([&] { return client.get_state() == State::connected; }));
  expect_back(client, tick(1) + tick(2));
}

TEST_F(Compresses, and_records_what_was_said_not_how) {
  const testing::ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");
  Server server = serve({.threshold = 1});
  Options recorded = options({.threshold = 1});
  recorded.record_to = path;
  {
    Client client = connect(server.url(), recorded);
    expect_back(client, R"({"plain":"text"})");
    ASSERT_TRUE(client.close());
  }
  std::vector<std::string> texts;
  ASSERT_TRUE(Recorder::replay(path, [&](const RecordedEntry& entry) {
    if (entry.type == RecordedEntry::Type::text) texts.emplace_back(entry.data);
  }));
  EXPECT_THAT(texts, ::testing::ElementsAre(R"({"plain":"text"})", R"({"plain":"text"})"));
}

TEST_F(Compresses, and_stops_a_bomb_at_the_limit) {
  // 1 GiB of zeros in 1 MiB; the raw frame is written once the 101 is out.
  ws::Deflater deflater{{.level = 9}};
  Buffer piece;
  deflater.deflate(as_bytes(std::string(std::size_t{256} << 20U, '\0')), piece);
  Server server = serve();
  Options limited = options();
  limited.max_message_size = std::size_t{1} << 20U;
  Client client = connect(server.url(), limited);
  std::string bomb;
  for (int i = 0; i < 4; ++i) bomb += as_text(piece.bytes());
  server.inject_raw(test::binary(bomb).with_rsv(ws::rsv1).bytes(false));
  const auto message = client.receive(patience);
  ASSERT_TRUE(message) << to_string(message.error());
  EXPECT_EQ(message->kind(), OwnedMessage::Kind::protocol_error);
  EXPECT_TRUE(testing::eventually([&] { return server.closes().size() == 1; }));
  EXPECT_EQ(server.closes().front().code, 1009);
  EXPECT_LT(client.get_state_metrics().uncompressed_bytes_in, limited.max_message_size + 2);
}

TEST_F(Compresses, only_with_options_that_make_sense) {
  const auto refused = [](Compression compression) {
    const auto client = Client::connect("ws://127.0.0.1:1", options(compression));
    return client ? std::string{} : std::string{client.error().detail()};
  };
  EXPECT_EQ(refused({.server_max_window_bits = 7}), "Server max window bits must be 8-15");
  EXPECT_EQ(refused({.server_max_window_bits = 16}), "Server max window bits must be 8-15");
  EXPECT_EQ(refused({.client_max_window_bits = 8}), "Client max window bits must be 9-15");
  EXPECT_EQ(refused({.level = 0}), "Compression level must be 1-9");
  EXPECT_EQ(refused({.level = 10}), "Compression level must be 1-9");
  EXPECT_EQ(refused({.threshold = 0}), "Compression threshold must be positive");
  EXPECT_THAT(to_string(options({.level = 3})), HasSubstr("compression {server_max_window_bits 15"));
  EXPECT_THAT(to_string(Options{}), HasSubstr("compression off"));
}

}  // namespace
}  // namespace zenws

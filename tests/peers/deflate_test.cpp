// permessage-deflate with other people's servers, as they understand RFC 7692.
#include <string>

#include "peers/talk.hpp"
#include "support/eventually.hpp"

namespace zenws::peers {
namespace {

class PeerDeflate : public PeerTest {
 protected:
  Client connected_to(std::string_view path, Compression compression) {
    Options options = peer().options();
    compression.enabled = true;
    compression.threshold = 1;
    options.compression = compression;
    return connect(peer().url(path), options);
  }
  static void expect_back(Client& client, const std::string& text) {
    ASSERT_TRUE(client.send_message(text));
    const auto back = client.receive(patience);
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_TRUE(back->text() == text) << back->text().size() << " bytes came back for " << text.size();
  }
};

INSTANTIATE_TEST_SUITE_P(EveryServer, PeerDeflate, every_server, by_name);

TEST_P(PeerDeflate, messages_come_back_however_it_was_agreed) {
  for (const bool server_takeover : {false, true}) {
    for (const bool client_takeover : {false, true}) {
      for (const int bits : {9, 12, 15}) {
        auto client = connected_to("/echo", {.server_max_window_bits = bits,
                                             .client_max_window_bits = bits,
                                             .server_context_takeover = server_takeover,
                                             .client_context_takeover = client_takeover});
        for (int i = 0; i < 20; ++i)
          expect_back(client, R"({"channel":"ticker.BTC","price":)" + std::to_string(i) + "}");
        expect_back(client, "");
        expect_back(client, mixed_text(200'000));
        // Told at the end of a turn.
        EXPECT_TRUE(testing::eventually([&] { return client.get_state_metrics().uncompressed_bytes_in >= 200'000; }))
            << "nothing came compressed";
        const StateMetrics metrics = client.get_state_metrics();
        EXPECT_GE(metrics.uncompressed_bytes_out, 200'000U) << "nothing was sent compressed";
        EXPECT_LT(metrics.compressed_bytes_in, metrics.uncompressed_bytes_in / 4);
        EXPECT_LT(metrics.compressed_bytes_out, metrics.uncompressed_bytes_out / 4);
      }
    }
  }
}

TEST_P(PeerDeflate, fragments_of_compressed_messages_become_one) {
  auto client = connected_to("/fragments", {});
  expect_back(client, "three \u20bf pieces \U0001F680 of text");
  expect_back(client, mixed_text(1'000'000));
  EXPECT_TRUE(testing::eventually([&] { return client.get_state_metrics().uncompressed_bytes_in >= 1'000'000; }));
}

TEST_P(PeerDeflate, a_burst_from_the_server_arrives_in_order) {
  auto client = connected_to("/count/10000", {});
  for (int number = 0; number < 10'000; ++number) ASSERT_EQ(next(client), std::to_string(number));
}

}  // namespace
}  // namespace zenws::peers

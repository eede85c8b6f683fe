// Messages between zenws and other people's servers: nothing is changed, lost or out of order.
#include <string>
#include <vector>

#include "peers/talk.hpp"

namespace zenws::peers {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

class PeerMessages : public PeerTest {
 protected:
  Client connected_to(std::string_view path) { return connect(peer().url(path), peer().options()); }

  static void expect_text_back(Client& client, const std::string& text) {
    ASSERT_TRUE(client.send_message(text));
    const auto back = client.receive(patience);
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_NE(back->kind(), Kinds::binary);
    EXPECT_TRUE(back->text() == text) << back->text().size() << " bytes came back for " << text.size();
  }

  static void expect_binary_back(Client& client, const std::string& payload) {
    ASSERT_TRUE(client.send_binary(as_bytes(payload)));
    const auto back = client.receive(patience);
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(back->kind(), Kinds::binary);
    EXPECT_TRUE(back->text() == payload) << back->text().size() << " bytes came back for " << payload.size();
  }
};

INSTANTIATE_TEST_SUITE_P(EveryServer, PeerMessages, every_server, by_name);

TEST_P(PeerMessages, text_comes_back_as_it_was_sent) {
  auto client = connected_to("/echo");
  for (const auto* text :
       {"plain", "", "{\"price\":1.5}", "\u00fcber 30 \u20ac", "to the \U0001F680 moon \U0001F315"}) {
    expect_text_back(client, text);
  }
}

TEST_P(PeerMessages, binary_comes_back_as_it_was_sent) {
  auto client = connected_to("/echo");
  for (const std::size_t size : {0U, 1U, 125U, 126U, 256U, 65535U, 65536U}) expect_binary_back(client, all_bytes(size));
}

TEST_P(PeerMessages, a_mebibyte_of_text_goes_both_ways) {
  auto client = connected_to("/echo");
  expect_text_back(client, mixed_text(mebibyte));
}

TEST_P(PeerMessages, a_mebibyte_of_binary_goes_both_ways) {
  auto client = connected_to("/echo");
  expect_binary_back(client, all_bytes(mebibyte));
}

TEST_P(PeerMessages, fragments_from_the_server_become_one_message) {
  auto client = connected_to("/fragments");
  expect_text_back(client, "three \u20bf pieces \U0001F680 of text");
  expect_binary_back(client, all_bytes(1000));
  expect_text_back(client, mixed_text(mebibyte));
}

TEST_P(PeerMessages, a_burst_of_ten_thousand_comes_back_in_order) {
  auto client = connected_to("/echo");
  for (int number = 0; number < 10'000; ++number) ASSERT_TRUE(client.send_message(std::to_string(number)));
  for (int number = 0; number < 10'000; ++number) ASSERT_EQ(next(client), std::to_string(number));
}

TEST_P(PeerMessages, a_burst_of_ten_thousand_from_the_server_arrives_in_order) {
  auto client = connected_to("/count/10000");
  for (int number = 0; number < 10'000; ++number) ASSERT_EQ(next(client), std::to_string(number));
  expect_text_back(client, "and nothing more");
}

}  // namespace
}  // namespace zenws::peers

// What is offered, what is taken for an answer, and what a server makes of an offer (RFC 7692 §7.1).
#include "ws/deflate_params.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::ws {
namespace {

using ::testing::HasSubstr;

const Compression everything{.enabled = true, .client_context_takeover = true};
const Compression ordinary{.enabled = true};

std::string shown(const std::optional<DeflateParams>& params) { return params ? deflate_answer(*params) : "none"; }

// The answer as it is understood, or why it is not.
std::string accepted(std::vector<std::string_view> answer, const Compression& offered = ordinary) {
  const auto params = accept_deflate(answer, offered);
  if (params) return shown(*params);
  EXPECT_EQ(params.error(), errc::bad_accept);
  EXPECT_EQ(params.error().phase(), Phase::upgrade);
  return std::string{params.error().detail()};
}

TEST(DeflateOffer, is_made_of_what_makes_sense) {
  const auto said = [](const Compression& compression) {
    const auto checked = check(compression);
    return checked ? std::string{"fine"} : std::string{checked.error().detail()};
  };
  EXPECT_EQ(said({}), "fine");
  EXPECT_EQ(said({.server_max_window_bits = 8, .client_max_window_bits = 9, .threshold = 1, .level = 1}), "fine");
  EXPECT_EQ(said({.server_max_window_bits = 7}), "Server max window bits must be 8-15");
  EXPECT_EQ(said({.server_max_window_bits = 16}), "Server max window bits must be 8-15");
  EXPECT_EQ(said({.client_max_window_bits = 8}), "Client max window bits must be 9-15");
  EXPECT_EQ(said({.client_max_window_bits = 16}), "Client max window bits must be 9-15");
  EXPECT_EQ(said({.level = 0}), "Compression level must be 1-9");
  EXPECT_EQ(said({.level = 10}), "Compression level must be 1-9");
  EXPECT_EQ(said({.threshold = 0}), "Compression threshold must be positive");
}

TEST(DeflateOffer, says_what_the_client_wants_and_can) {
  EXPECT_EQ(deflate_offer(everything), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(deflate_offer(ordinary), "permessage-deflate; client_no_context_takeover; client_max_window_bits");
  EXPECT_EQ(deflate_offer({.enabled = true,
                           .server_max_window_bits = 8,
                           .client_max_window_bits = 9,
                           .server_context_takeover = false}),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=8; "
            "client_max_window_bits=9");
}

TEST(DeflateAnswer, may_be_missing) {
  EXPECT_EQ(accepted({}), "none");
  EXPECT_EQ(accepted({}, {}), "none");
}

TEST(DeflateAnswer, is_taken_with_every_parameter) {
  EXPECT_EQ(accepted({"permessage-deflate"}, everything), "permessage-deflate");
  EXPECT_EQ(accepted({"Permessage-Deflate ; SERVER_no_context_takeover"}, everything),
            "permessage-deflate; server_no_context_takeover");
  EXPECT_EQ(accepted({"permessage-deflate; client_no_context_takeover"}, everything),
            "permessage-deflate; client_no_context_takeover");
  for (int bits = 8; bits < 15; ++bits) {
    const std::string text = std::to_string(bits);
    const std::string answer =
        "permessage-deflate; server_max_window_bits=" + text + "; client_max_window_bits=" + text;
    EXPECT_EQ(accepted({answer}, everything), answer);
    EXPECT_EQ(accepted({"permessage-deflate; client_max_window_bits=\"" + text + "\""}, everything),
              "permessage-deflate; client_max_window_bits=" + text);
  }
  EXPECT_EQ(accepted({"permessage-deflate; server_max_window_bits=15; client_max_window_bits=15"}, everything),
            "permessage-deflate; server_max_window_bits=15");
}

TEST(DeflateAnswer, need_not_repeat_what_the_client_says_of_itself) {
  EXPECT_EQ(accepted({"permessage-deflate"}), "permessage-deflate; client_no_context_takeover");
  EXPECT_EQ(accepted({"permessage-deflate"},
                     {.enabled = true, .client_max_window_bits = 10, .client_context_takeover = true}),
            "permessage-deflate; client_max_window_bits=10");
}

TEST(DeflateAnswer, that_was_not_offered_is_refused) {
  EXPECT_THAT(accepted({"permessage-deflate"}, {}), HasSubstr("not offered"));
  EXPECT_THAT(accepted({"x-webkit-deflate-frame"}), HasSubstr("not offered"));
  EXPECT_THAT(accepted({"permessage-deflate", "permessage-deflate"}), HasSubstr("not offered"));
  EXPECT_THAT(accepted({"permessage-deflate", "permessage-bzip2"}), HasSubstr("not offered"));
}

TEST(DeflateAnswer, with_a_wrong_parameter_is_refused) {
  for (const char* const params :
       {"unknown", "server_no_context_takeover=1", "client_no_context_takeover=", "server_max_window_bits=7",
        "server_max_window_bits=16", "server_max_window_bits=08", "server_max_window_bits=+9",
        "server_max_window_bits=9 9", "server_max_window_bits=1e1", "server_max_window_bits=\"9",
        "server_max_window_bits=", "client_max_window_bits=16",
        "server_no_context_takeover; server_no_context_takeover", "client_max_window_bits=9; client_max_window_bits=9",
        "", " ", "server_no_context_takeover;"}) {
    EXPECT_THAT(accepted({"permessage-deflate;" + std::string{params}}), HasSubstr("unknown, there twice or invalid"))
        << params;
  }
  EXPECT_THAT(accepted({"permessage-deflate; server_max_window_bits"}), HasSubstr("without its size"));
  EXPECT_THAT(accepted({"permessage-deflate; client_max_window_bits"}), HasSubstr("without its size"));
}

TEST(DeflateAnswer, that_does_not_agree_to_what_was_asked_for_is_refused) {
  const Compression forgetful{.enabled = true, .server_context_takeover = false};
  EXPECT_THAT(accepted({"permessage-deflate"}, forgetful), HasSubstr("take its context over"));
  EXPECT_EQ(accepted({"permessage-deflate; server_no_context_takeover"}, forgetful),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  const Compression small{.enabled = true, .server_max_window_bits = 10, .client_max_window_bits = 11};
  EXPECT_THAT(accepted({"permessage-deflate"}, small), HasSubstr("larger than was asked for"));
  EXPECT_THAT(accepted({"permessage-deflate; server_max_window_bits=11"}, small), HasSubstr("larger"));
  EXPECT_THAT(accepted({"permessage-deflate; server_max_window_bits=10; client_max_window_bits=12"}, small),
              HasSubstr("than was offered"));
  EXPECT_THAT(accepted({"permessage-deflate; server_max_window_bits=9"}, small), HasSubstr("server_max_window_bits=9"));
}

TEST(DeflateAgreement, says_how_each_role_reads_and_writes) {
  EXPECT_FALSE(inflate_by(std::nullopt, Role::client));
  EXPECT_EQ(deflate_by(std::nullopt, Role::client, ordinary), DeflateHow{});
  const DeflateParams agreed{
      .client_no_context_takeover = true, .server_max_window_bits = 8, .client_max_window_bits = 12};
  const auto from_server = inflate_by(agreed, Role::client);
  ASSERT_TRUE(from_server);
  EXPECT_EQ(from_server->window_bits, 8);
  EXPECT_TRUE(from_server->keeps_context);
  const auto from_client = inflate_by(agreed, Role::server);
  ASSERT_TRUE(from_client);
  EXPECT_EQ(from_client->window_bits, 12);
  EXPECT_FALSE(from_client->keeps_context);
  EXPECT_EQ(deflate_by(agreed, Role::client, {.threshold = 7, .level = 3}),
            (DeflateHow{.threshold = 7, .window_bits = 12, .level = 3, .keeps_context = false}));
  EXPECT_EQ(deflate_by(agreed, Role::server, ordinary), DeflateHow{}) << "zlib cannot deflate with 8";
  EXPECT_TRUE(deflate_by({DeflateParams{}}, Role::server, ordinary).keeps_context);
}

TEST(DeflateChoice, is_the_first_offer_that_can_be_taken) {
  EXPECT_EQ(shown(choose_deflate({}, everything)), "none");
  EXPECT_EQ(shown(choose_deflate({"permessage-deflate"}, {})), "none");
  EXPECT_EQ(shown(choose_deflate({"x", "permessage-deflate; foo", "permessage-deflate; server_max_window_bits",
                                  "permessage-deflate; server_max_window_bits=9", "permessage-deflate"},
                                 everything)),
            "permessage-deflate; server_max_window_bits=9");
}

TEST(DeflateChoice, is_the_less_that_both_sides_want) {
  EXPECT_EQ(shown(choose_deflate({"permessage-deflate; server_no_context_takeover"}, everything)),
            "permessage-deflate; server_no_context_takeover");
  EXPECT_EQ(
      shown(choose_deflate({"permessage-deflate; client_no_context_takeover; client_max_window_bits=12"}, everything)),
      "permessage-deflate; client_no_context_takeover; client_max_window_bits=12");
  const Compression small{.enabled = true,
                          .server_max_window_bits = 10,
                          .client_max_window_bits = 11,
                          .server_context_takeover = false,
                          .client_context_takeover = true};
  EXPECT_EQ(shown(choose_deflate({"permessage-deflate; client_max_window_bits; server_max_window_bits=12"}, small)),
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11");
  EXPECT_EQ(shown(choose_deflate({"permessage-deflate"}, small)),
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10")
      << "a client that does not say so cannot limit its window";
}

TEST(DeflateChoice, repeats_a_window_that_was_offered) {
  EXPECT_EQ(shown(choose_deflate({"permessage-deflate; server_max_window_bits=15"}, everything)),
            "permessage-deflate; server_max_window_bits=15");
}

TEST(DeflateChoice, is_what_the_client_accepts) {
  for (const bool server_takeover : {false, true}) {
    for (const bool client_takeover : {false, true}) {
      for (int bits = 8; bits <= 15; ++bits) {
        const Compression client{.enabled = true,
                                 .server_max_window_bits = bits,
                                 .client_max_window_bits = std::max(bits, 9),
                                 .server_context_takeover = server_takeover,
                                 .client_context_takeover = client_takeover};
        for (const Compression& server : {everything, ordinary, client}) {
          const auto chosen = choose_deflate({deflate_offer(client)}, server);
          ASSERT_TRUE(chosen);
          const auto agreed = accept_deflate({deflate_answer(*chosen)}, client);
          ASSERT_TRUE(agreed) << to_string(agreed.error());
          EXPECT_EQ(*agreed, chosen);
        }
      }
    }
  }
}

}  // namespace
}  // namespace zenws::ws

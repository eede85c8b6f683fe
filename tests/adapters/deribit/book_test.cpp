#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/deribit_book.hpp>

#include "support/parsed_json.hpp"

namespace zenws::adapters {
namespace {

using ::testing::ElementsAre;

class KeptBook : public ::testing::Test {
 protected:
  using Applied = DeribitBook::Applied;

  Applied apply(std::string_view data) { return book.apply(*test::ParsedJson{data}); }
  Applied snapshot(std::uint64_t id = 10) {
    return apply(R"({"type":"snapshot","timestamp":1000,"instrument_name":"BTC-PERPETUAL","change_id":)" +
                 std::to_string(id) + R"(,"bids":[["new",99.0,30.0],["new",99.5,5]],"asks":[["new",101,10.0]]})");
  }
  Applied change(std::uint64_t id, std::uint64_t previous, std::string_view bids = "[]", std::string_view asks = "[]") {
    return apply(R"({"type":"change","timestamp":2000,"change_id":)" + std::to_string(id) + R"(,"prev_change_id":)" +
                 std::to_string(previous) + R"(,"bids":)" + std::string{bids} + R"(,"asks":)" + std::string{asks} +
                 "}");
  }
  DeribitBook book;
};

TEST_F(KeptBook, is_empty_and_not_in_sync_at_first) {
  EXPECT_FALSE(book.is_in_sync());
  EXPECT_EQ(book.change_id(), 0U);
  EXPECT_EQ(book.best_bid(), std::nullopt);
  EXPECT_EQ(book.best_ask(), std::nullopt);
  EXPECT_EQ(change(11, 10), Applied::ignored);
}

TEST_F(KeptBook, holds_no_more_prices_than_it_may) {
  book = DeribitBook{3};
  EXPECT_EQ(snapshot(), Applied::snapshot);
  EXPECT_EQ(change(11, 10, R"([["new",98,1]])", R"([["new",102,1],["new",103,1]])"), Applied::change);
  EXPECT_EQ(change(12, 11, R"([["delete",98,0],["new",97,1]])"), Applied::change);
  EXPECT_EQ(change(13, 12, "[]", R"([["new",104,1]])"), Applied::too_deep);
  EXPECT_FALSE(book.is_in_sync());
  EXPECT_TRUE(book.bids().empty() && book.asks().empty());
  EXPECT_EQ(change(14, 13), Applied::ignored);
  EXPECT_EQ(snapshot(20), Applied::snapshot);
  book = DeribitBook{1};
  EXPECT_EQ(snapshot(), Applied::too_deep);
  EXPECT_TRUE(book.bids().empty());
}

TEST_F(KeptBook, is_as_its_snapshot_says_best_first) {
  EXPECT_EQ(snapshot(), Applied::snapshot);
  EXPECT_TRUE(book.is_in_sync());
  EXPECT_EQ(book.change_id(), 10U);
  EXPECT_EQ(book.timestamp(), 1000);
  EXPECT_EQ(book.best_bid(), (Level{99.5, 5}));
  EXPECT_EQ(book.best_ask(), (Level{101, 10}));
  EXPECT_THAT(book.bids(), ElementsAre(Level{99.5, 5}, Level{99, 30}));
  EXPECT_THAT(book.bids(1), ElementsAre(Level{99.5, 5}));
}

TEST_F(KeptBook, follows_changes) {
  snapshot();
  EXPECT_EQ(change(12, 10, R"([["delete",99.5,0],["change",99,40]])", R"([["new",100.5,1]])"), Applied::change);
  EXPECT_EQ(book.change_id(), 12U);
  EXPECT_EQ(book.timestamp(), 2000);
  EXPECT_THAT(book.bids(), ElementsAre(Level{99, 40}));
  EXPECT_THAT(book.asks(), ElementsAre(Level{100.5, 1}, Level{101, 10}));
}

TEST_F(KeptBook, drops_what_it_knows_already) {
  snapshot();
  change(12, 10);
  EXPECT_EQ(change(12, 10, R"([["new",98,1]])"), Applied::duplicate);
  EXPECT_TRUE(book.is_in_sync());
  EXPECT_EQ(book.bids().size(), 2U);
}

TEST_F(KeptBook, stands_still_from_a_gap_until_the_next_snapshot) {
  snapshot();
  EXPECT_EQ(change(14, 13, R"([["new",98,1]])"), Applied::gap);
  EXPECT_FALSE(book.is_in_sync());
  EXPECT_EQ(book.bids().size(), 2U) << "the last known levels stay";
  EXPECT_EQ(change(15, 14), Applied::ignored);
  EXPECT_EQ(snapshot(20), Applied::snapshot);
  EXPECT_EQ(change(21, 20), Applied::change);
}

TEST_F(KeptBook, is_replaced_by_a_snapshot_of_a_lower_number) {
  snapshot(20);
  EXPECT_EQ(snapshot(5), Applied::snapshot) << "the venue was restarted";
  EXPECT_EQ(change(6, 5), Applied::change);
}

TEST_F(KeptBook, is_changed_by_nothing_it_cannot_read_whole) {
  for (
      const char* data :
      {"1", "[]", "{}", R"({"type":"top","change_id":1})",
       R"({"type":"change","timestamp":1,"change_id":11,"bids":[],"asks":[]})",
       R"({"type":"change","timestamp":1,"change_id":11,"prev_change_id":10,"bids":[["new",98,1]],"asks":[["new","x",1]]})",
       R"({"type":"change","timestamp":1,"change_id":11,"prev_change_id":10,"bids":[["new",98]],"asks":[]})",
       R"({"type":"change","timestamp":1,"change_id":-11,"prev_change_id":10,"bids":[],"asks":[]})"}) {
    snapshot();
    EXPECT_EQ(apply(data), Applied::malformed) << data;
    EXPECT_FALSE(book.is_in_sync()) << data;
    EXPECT_EQ(book.bids().size(), 2U) << data;
  }
}

TEST_F(KeptBook, loses_its_sync_with_the_connection) {
  snapshot();
  book.lose_sync();
  EXPECT_FALSE(book.is_in_sync());
  EXPECT_EQ(change(11, 10), Applied::ignored);
  EXPECT_EQ(book.best_bid(), (Level{99.5, 5}));
}

}  // namespace
}  // namespace zenws::adapters

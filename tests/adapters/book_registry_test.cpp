// Whose books there are, and who sees what of them.
#include "adapters/book_registry.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::adapters {
namespace {

using ::testing::ElementsAre;

struct Shelved {
  std::string name;
  int book = 0;
};
struct Changes {
  int all = 0;
};
using Registry = BookRegistry<Shelved, Changes>;

std::shared_ptr<Shelved> shelved(std::string name, int book = 0) {
  return std::make_shared<Shelved>(Shelved{.name = std::move(name), .book = book});
}

TEST(BookRegistry, gives_copies_of_its_books_by_name) {
  Registry registry{10};
  ASSERT_TRUE(registry.add(shelved("b", 2)));
  ASSERT_TRUE(registry.add(shelved("a", 1)));
  EXPECT_EQ(registry.book("a"), 1);
  EXPECT_EQ(registry.book("b"), 2);
  EXPECT_EQ(registry.book("c"), std::nullopt);
  EXPECT_THAT(registry.names(), ElementsAre("a", "b"));
}

TEST(BookRegistry, keeps_the_book_that_is_there) {
  Registry registry{10};
  const auto first = shelved("a", 1);
  const auto second = shelved("a", 2);
  ASSERT_TRUE(registry.add(first));
  EXPECT_TRUE(registry.add(second));
  EXPECT_EQ(registry.book("a"), 1);
  EXPECT_TRUE(registry.holds(first));
  EXPECT_FALSE(registry.holds(second)) << "of that name, but another";
}

TEST(BookRegistry, takes_no_more_books_than_it_may_until_one_is_erased) {
  Registry registry{2};
  ASSERT_TRUE(registry.add(shelved("a")));
  ASSERT_TRUE(registry.add(shelved("b")));
  EXPECT_FALSE(registry.add(shelved("c")));
  EXPECT_TRUE(registry.add(shelved("a"))) << "it is there already";
  EXPECT_THAT(registry.names(), ElementsAre("a", "b"));
  registry.erase("a");
  EXPECT_EQ(registry.find("a"), nullptr);
  EXPECT_TRUE(registry.add(shelved("c")));
  EXPECT_THAT(registry.names(), ElementsAre("b", "c"));
}

TEST(BookRegistry, changes_books_and_counts_together) {
  Registry registry{10};
  const auto entry = shelved("a", 1);
  ASSERT_TRUE(registry.add(entry));
  ASSERT_TRUE(registry.add(shelved("b", 1)));
  const int before = registry.change([&](Changes& counts) {
    ++counts.all;
    return std::exchange(entry->book, 5);
  });
  EXPECT_EQ(before, 1);
  EXPECT_EQ(registry.book("a"), 5);
  EXPECT_EQ(registry.counts().all, 1);
  registry.change_all([](Shelved& each) { each.book += 10; });
  EXPECT_EQ(registry.book("a"), 15);
  EXPECT_EQ(registry.book("b"), 11);
}

}  // namespace
}  // namespace zenws::adapters

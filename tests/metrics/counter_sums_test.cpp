// Sums that never go down.
#include "metrics/counter_sums.hpp"

#include "metrics/shown.hpp"

namespace zenws::metrics {
namespace {

class CounterSumsTest : public ::testing::Test {
 protected:
  testing::Server server_ = *testing::Server::start();
  std::optional<Client> one_ = connected(server_);
  std::optional<Client> other_ = connected(server_);
  CounterSums sums_{2};
};

TEST_F(CounterSumsTest, add_what_each_client_has_counted) {
  sums_.add(*one_, {1, 10});
  sums_.add(*other_, {2, 20});
  EXPECT_EQ(sums_.totals(), (std::vector<double>{3, 30}));
}

TEST_F(CounterSumsTest, count_what_a_client_counted_once) {
  sums_.add(*one_, {1, 10});
  sums_.add(*one_, {1, 10});
  sums_.add(*one_, {3, 11});
  EXPECT_EQ(sums_.totals(), (std::vector<double>{3, 11}));
}

TEST_F(CounterSumsTest, ignore_a_reading_that_comes_late) {
  sums_.add(*one_, {3, 11});
  sums_.add(*one_, {1, 12});
  sums_.add(*one_, {3, 12});
  EXPECT_EQ(sums_.totals(), (std::vector<double>{3, 12}));
}

TEST_F(CounterSumsTest, know_a_client_again_that_was_not_named_for_a_while) {
  sums_.add(*one_, {5, 5});
  sums_.forget_the_gone();
  sums_.add(*one_, {6, 6});
  EXPECT_EQ(sums_.totals(), (std::vector<double>{6, 6}));
}

TEST_F(CounterSumsTest, keep_what_the_gone_have_counted) {
  sums_.add(*one_, {5, 5});
  one_.reset();
  sums_.forget_the_gone();
  sums_.add(*other_, {1, 1});
  EXPECT_EQ(sums_.totals(), (std::vector<double>{6, 6}));
}

}  // namespace
}  // namespace zenws::metrics

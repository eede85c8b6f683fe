// docs/guide/requests.md
#include <chrono>
#include <future>
#include <iostream>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>

#include "support/deribit.hpp"

namespace {

using namespace std::chrono_literals;

TEST(GuideRequests, each_ends_with_its_answer) {
  const auto simulator = zenws::testing::start_simulator();
  zenws::Client client = zenws::Client::connect(simulator.url()).value();
#include "requests/ask.inc"
  EXPECT_TRUE(answer);
  EXPECT_TRUE(book || book.error() == zenws::errc::timeout);  // half a second is little on a busy machine
  ASSERT_TRUE(mine);
  EXPECT_NE(mine->text().find(R"("o-17")"), std::string_view::npos);
}

boost::asio::awaitable<bool> asked_in_a_coroutine(zenws::Client client) {
#include "requests/asynchronous.inc"
  co_return answer.has_value();
}

TEST(GuideRequests, asynchronous_ones_take_any_token) {
  const auto simulator = zenws::testing::start_simulator();
  const zenws::Client client = zenws::Client::connect(simulator.url()).value();
  boost::asio::thread_pool pool{1};
  EXPECT_TRUE(boost::asio::co_spawn(pool, asked_in_a_coroutine(client), boost::asio::use_future).get());
}

}  // namespace

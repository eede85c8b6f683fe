// Names that never resolve delay nobody but those who ask for them.
#include "net/resolver_pool.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace zenws::net::tests {
namespace {

struct Waiting final : Asker {
  void answered(const Addresses& addresses) override { promise.set_value(addresses); }
  std::promise<Addresses> promise;
  std::future<Addresses> answer = promise.get_future();
};

// Look-ups that hang, for hosts that begin with "silent", until release().
struct SilentNames {
  std::promise<void> released;
  std::shared_future<void> until = released.get_future().share();
  std::shared_ptr<std::atomic<int>> questions = std::make_shared<std::atomic<int>>(0);

  [[nodiscard]] ResolverPool::LookUp look_up() const {
    return [until = until, questions = questions](const std::string& host) -> Addresses {
      ++*questions;
      if (host.starts_with("silent")) until.wait();
      return std::vector{*numeric_endpoint("192.0.2.1", 0)};
    };
  }
  ~SilentNames() { released.set_value(); }
};

std::shared_ptr<Waiting> ask(ResolverPool& pool, const std::string& host) {
  auto waiting = std::make_shared<Waiting>();
  EXPECT_TRUE(pool.ask(host, waiting));
  return waiting;
}

TEST(ResolverPool, answers_a_name_while_others_hang) {
  const SilentNames silent;
  ResolverPool pool{{.threads = 3}, silent.look_up()};
  const auto first = ask(pool, "silent-1");
  const auto second = ask(pool, "silent-2");
  EXPECT_TRUE(ask(pool, "known")->answer.get());
  EXPECT_EQ(first->answer.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
}

TEST(ResolverPool, asks_equal_questions_once) {
  std::shared_ptr<Waiting> first;
  std::shared_ptr<Waiting> second;
  std::shared_ptr<std::atomic<int>> questions;
  {
    const SilentNames silent;
    questions = silent.questions;
    ResolverPool pool{{}, silent.look_up()};
    first = ask(pool, "silent");
    second = ask(pool, "silent");
  }
  EXPECT_TRUE(first->answer.get());
  EXPECT_TRUE(second->answer.get());
  EXPECT_EQ(*questions, 1);
}

TEST(ResolverPool, refuses_a_question_when_too_many_wait) {
  const SilentNames silent;
  ResolverPool pool{{.threads = 1, .waiting = 1}, silent.look_up()};
  const auto first = ask(pool, "silent-1");
  while (*silent.questions == 0) std::this_thread::yield();
  const auto second = ask(pool, "silent-2");
  const auto third = std::make_shared<Waiting>();
  const Result<> refused = pool.ask("silent-3", third);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::queue_full);
  EXPECT_EQ(refused.error().phase(), Phase::resolve);
}

TEST(ResolverPool, is_waited_for_by_nobody_while_a_question_hangs) {
  const SilentNames silent;
  std::shared_ptr<Waiting> forgotten;
  {
    ResolverPool pool{{.threads = 1}, silent.look_up()};
    forgotten = ask(pool, "silent");
  }
  forgotten.reset();  // nothing is left to be answered
}

TEST(ResolverPool, serves_again_once_what_hung_is_over) {
  auto silent = std::make_unique<SilentNames>();
  ResolverPool pool{{.threads = 1}, silent->look_up()};
  const auto first = ask(pool, "silent");
  const auto second = ask(pool, "known");
  silent.reset();
  EXPECT_TRUE(first->answer.get());
  EXPECT_TRUE(second->answer.get());
}

}  // namespace
}  // namespace zenws::net::tests

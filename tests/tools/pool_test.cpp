// `zenws pool` as people run it: servers that come and go, and what the table and the exit code say.
#include "pool/pool.hpp"

#include <memory>
#include <signal.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/json_rpc.hpp"
#include "tools/child.hpp"

namespace zenws::program {
namespace {

using testing::eventually;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Server;

struct PoolCommand : ::testing::Test {
  Server a = *Server::start();
  Server b = *Server::start();
};

TEST_F(PoolCommand, sends_to_all_in_turn_and_counts) {
  const Ended ended = run({"pool", a.url(), b.url(), "--send-rate", "1000", "--count", "50", "--message", "hello"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("sent 50 "));
  EXPECT_TRUE(eventually([&] { return a.received_count() + b.received_count() == 50; }));
  EXPECT_GE(a.received_count(), 20U);
  EXPECT_GE(b.received_count(), 20U);
  EXPECT_EQ(a.received().at(0).payload, "hello");
  EXPECT_THAT(ended.err, HasSubstr("client 2: connected"));
}

TEST_F(PoolCommand, waits_for_the_answers_of_requests) {
  for (Server* server : {&a, &b}) {
    server->set_script([](const testing::ReceivedMessage& message) {
      return std::vector<testing::Reply>{{false, testing::answer(testing::id_of(message).value_or(0))}};
    });
  }
  const Ended ended =
      run({"pool", a.url(), b.url(), "--send-rate", "1000", "--count", "40", "--request", "public/test"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("answered 40 "));
}

TEST_F(PoolCommand, goes_on_when_a_server_dies_and_takes_it_back) {
  Child child{{"pool", a.url(), b.url(), "--supervise", "--retry", "0", "--send-rate", "500", "--every", "50ms"}};
  ASSERT_TRUE(child.wait_for_err("client 1: connected"));
  ASSERT_TRUE(child.wait_for_err("client 2: connected"));
  const std::uint16_t port = b.port();
  b.stop();
  ASSERT_TRUE(child.wait_for_err("client 2: restarting"));
  ASSERT_TRUE(child.wait_for_out("reconnecting"));
  auto again = Server::start({.port = port});
  ASSERT_TRUE(again) << to_string(again.error());
  ASSERT_TRUE(child.wait_until([&] { return again->received_count() > 0; })) << child.err();
  child.signal(SIGINT);
  const Ended ended = child.finish();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

TEST_F(PoolCommand, without_supervision_ends_when_all_have_given_up) {
  Child child{{"pool", a.url(), "--retry", "0", "--every", "50ms"}};
  ASSERT_TRUE(child.wait_for_err("client 1: connected"));
  ASSERT_TRUE(child.wait_for_out("connected"));
  a.stop();
  EXPECT_EQ(child.finish().exit_code, code_of(Exit::lost));
}

TEST_F(PoolCommand, tells_when_no_client_ever_connected) {
  const std::uint16_t port = a.port();
  a.stop();
  const Ended ended = run({"pool", "ws://127.0.0.1:" + std::to_string(port), "--retry", "0"});
  EXPECT_EQ(ended.exit_code, code_of(Exit::unreachable));
  EXPECT_THAT(ended.err, HasSubstr("Connection refused"));
}

TEST_F(PoolCommand, shows_no_secret) {
  const Ended ended =
      run({"pool", "ws://me:hunter2@127.0.0.1:" + std::to_string(a.port()) + "/?token=hunter2", "--count", "1"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("hunter2")));
}

TEST_F(PoolCommand, refuses_wrong_arguments) {
  EXPECT_EQ(run({"pool"}).exit_code, 1);
  EXPECT_EQ(run({"pool", "http://127.0.0.1"}).exit_code, 1);
  EXPECT_EQ(run({"pool", a.url(), "--send-rate", "0"}).exit_code, 1);
  EXPECT_EQ(run({"pool", a.url(), "--idempotent"}).exit_code, 1) << "only requests are";
}

}  // namespace
}  // namespace zenws::program

// A registry holds who has not stopped, for any number of threads.
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/registry.hpp>
#include <zenws/supervisor.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Disconnect;
using testing::eventually;
using testing::Server;

struct Registry : ::testing::Test {
  Server server = *Server::start();
  ConnectionRegistry registry;
  Client connect() {
    return *Client::connect(server.url(), {.retry_count = unlimited, .retry_delay = 1ms, .stable_after = 0ms});
  }
};

TEST_F(Registry, finds_what_was_added) {
  const Client client = connect();
  EXPECT_FALSE(registry.find(client.id()));
  ASSERT_TRUE(registry.add(client));
  EXPECT_EQ(registry.find(client.id()), ClientRef{client});
  EXPECT_EQ(registry.list(), std::vector{ClientRef{client}});
  EXPECT_EQ(registry.size(), 1U);
}

TEST_F(Registry, forgets_a_client_that_is_closed) {
  Client client = connect();
  ASSERT_TRUE(registry.add(client));
  ASSERT_TRUE(client.close());
  EXPECT_FALSE(registry.find(client.id()));
  EXPECT_EQ(registry.size(), 0U);
  EXPECT_EQ(registry.add(client).error(), errc::closed);
}

TEST_F(Registry, forgets_a_client_whose_last_handle_goes) {
  std::uint64_t id = 0;
  {
    const Client client = connect();
    id = client.id();
    ASSERT_TRUE(registry.add(client));
  }
  EXPECT_TRUE(eventually([&] { return !registry.find(id); }));
}

TEST_F(Registry, keeps_a_client_over_reconnects_and_forgets_it_when_it_gives_up) {
  Client client = connect();
  ASSERT_TRUE(registry.add(client));
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(eventually([&] { return client.get_state_metrics().epoch == 2; }));
  EXPECT_TRUE(registry.find(client.id()));
  server.simulate_disconnect(Disconnect::code(1008));
  EXPECT_TRUE(eventually([&] { return registry.size() == 0; }));
}

TEST_F(Registry, keeps_a_supervised_client_over_restarts) {
  auto supervisor = ClientSupervisor::create();
  Client client = *supervisor->start_client(server.url(), {.retry_delay = 1ms, .stable_after = 0ms});
  ASSERT_TRUE(registry.add(client));
  server.simulate_disconnect(Disconnect::code(1008));
  ASSERT_TRUE(eventually([&] { return client.get_state_metrics().restarts == 1; }));
  EXPECT_TRUE(registry.find(client.id()));
  ASSERT_TRUE(supervisor->stop_client(client.id()));
  EXPECT_FALSE(registry.find(client.id()));
}

TEST_F(Registry, lets_go_of_what_is_removed) {
  const Client client = connect();
  ASSERT_TRUE(registry.add(client));
  EXPECT_TRUE(registry.remove(client.id()));
  EXPECT_FALSE(registry.find(client.id()));
  EXPECT_EQ(registry.remove(client.id()).error(), errc::not_found);
  EXPECT_TRUE(registry.add(client)) << "and takes it again";
}

TEST_F(Registry, may_go_before_its_clients) {
  Client client = connect();
  {
    ConnectionRegistry other;
    ASSERT_TRUE(other.add(client));
  }
  EXPECT_TRUE(client.close());
}

TEST_F(Registry, is_right_while_many_threads_look_add_and_close) {
  std::vector<Client> clients;
  for (int i = 0; i < 40; ++i) clients.push_back(connect());
  std::atomic<bool> done{false};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        for (const Client& client : clients) {
          if (const auto found = registry.find(client.id())) {
            EXPECT_EQ(found->id(), client.id());
          }
        }
        (void)registry.list();
      }
    });
  }
  {
    std::jthread adder{[&] {
      for (const Client& client : clients) EXPECT_TRUE(registry.add(client));
    }};
  }
  EXPECT_EQ(registry.size(), clients.size());
  for (Client& client : clients) EXPECT_TRUE(client.close());
  EXPECT_EQ(registry.size(), 0U);
  done = true;
}

}  // namespace
}  // namespace zenws

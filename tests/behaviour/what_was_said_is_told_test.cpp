// What the server said before the connection ended is delivered and told, whatever became of what we sent meanwhile.
#include <chrono>
#include <string>
#include <thread>
#include <variant>

#include <gtest/gtest.h>

#include <zenws/client.hpp>

#include "support/far_end.hpp"
#include "support/frames.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using test::FarEnd;
using testing::LogOf;

const std::string last_words =
    test::text("rate limit").bytes(false) + test::close(1008, "too many requests").bytes(false);

// A client that sends while the server says its last words and goes; everything it is told, in order.
struct WhatWasSaid : ::testing::Test {
  LogOf<std::string> told;

  Options options() {
    Options options;
    options.reconnect_on_error = false;
    options.handler = [this](const Message& message) {
      if (const auto* const text = std::get_if<TextMessage>(&message)) told.add("message " + std::string{text->text});
    };
    options.on_lifecycle = [this](const Lifecycle& event) {
      if (const auto* const lost = std::get_if<Disconnected>(&event)) {
        told.add("disconnected " + std::to_string(lost->close_code) + " " +
                 (lost->error.close() != nullptr ? lost->error.close()->reason : ""));
      }
    };
    return options;
  }
  void expect_told() {
    ASSERT_TRUE(told.wait_for_size(2));
    EXPECT_EQ(told.all()[0], "message rate limit");
    EXPECT_EQ(told.all()[1], "disconnected 1008 too many requests");
  }
};

constexpr int rounds = 20;

TEST_F(WhatWasSaid, is_told_when_the_connection_is_reset_right_after) {
  for (int i = 0; i < rounds; ++i) {
    LogOf<int> gone;
    FarEnd server{[&](FarEnd::Wire& wire) {
      wire.write(last_words);
      std::this_thread::sleep_for(5ms);  // so that it has arrived before the reset
      wire.reset();
      gone.add(1);
    }};
    auto client = Client::connect(server.url(), options());
    ASSERT_TRUE(client) << to_string(client.error());
    expect_told();
    told.clear();
    ASSERT_TRUE(gone.wait_for_size(1));
  }
}

TEST_F(WhatWasSaid, is_told_when_the_handler_holds_the_loop_and_sends) {
  for (int i = 0; i < rounds; ++i) {
    FarEnd server{[&](FarEnd::Wire& wire) {
      wire.write(test::text("hello").bytes(false));
      std::this_thread::sleep_for(5ms);
      wire.write(last_words);
      wire.reset();
    }};
    Options how = options();
    how.handler = [tell = how.handler](const ClientRef& from, const Message& message) {
      if (std::get<TextMessage>(message).text != "hello") return tell(from, message);
      std::this_thread::sleep_for(20ms);  // by then the server has gone
      (void)from.lock()->send_message("an order");
    };
    auto client = Client::connect(server.url(), how);
    ASSERT_TRUE(client) << to_string(client.error());
    expect_told();
    told.clear();
  }
}

TEST_F(WhatWasSaid, is_told_when_another_thread_sends_all_the_while) {
  for (int i = 0; i < rounds; ++i) {
    FarEnd server{[&](FarEnd::Wire& wire) {
      wire.write(last_words);
      wire.reset();
    }};
    auto client = Client::connect(server.url(), options());
    ASSERT_TRUE(client) << to_string(client.error());
    while (client->send_message("an order")) {
    }
    // Reset before it was read it is lost in the kernel; what was read must be told.
    ASSERT_TRUE(told.wait_until([](const auto& all) { return !all.empty() && all.back().starts_with("disc"); }));
    const auto all = told.all();
    EXPECT_TRUE(all.front() != "message rate limit" || all.back() == "disconnected 1008 too many requests");
    told.clear();
  }
}

TEST_F(WhatWasSaid, is_delivered_whole_before_a_failed_write_is_told) {
  constexpr std::size_t count = 5000;
  FarEnd server{[&](FarEnd::Wire& wire) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += test::text("number " + std::to_string(i)).bytes(false);
    wire.write(all + last_words);
    wire.reset();
  }};
  Options how = options();
  how.handler = [tell = how.handler](const ClientRef& from, const Message& message) {
    tell(from, message);
    (void)from.lock()->send_message("an order");
  };
  auto client = Client::connect(server.url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(told.wait_for("disconnected 1008 too many requests"));
  EXPECT_EQ(told.size(), count + 2);
}

TEST_F(WhatWasSaid, stays_what_is_told_when_our_close_cannot_be_sent) {
  FarEnd server{[&](FarEnd::Wire& wire) {
    wire.write(last_words);
    wire.reset();
  }};
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  expect_told();
  EXPECT_FALSE(client->send_message("too late"));
}

// More than four full reads, and then nothing: waiting for the socket would leave the rest in OpenSSL.
TEST(TheEndOfABurst, is_read_over_tls_though_the_socket_is_silent_after_it) {
  for (const std::size_t size : {std::size_t{1'000}, std::size_t{1'024}, std::size_t{16'380}}) {
    const std::size_t count = (std::size_t{5} << 18U) / size + 60;
    FarEnd server{[&](FarEnd::Wire& wire) {
                    std::string all;
                    for (std::size_t i = 0; i < count; ++i) all += test::text(std::string(size, 'x')).bytes(false);
                    wire.write(all);
                    (void)wire.read();
                  },
                  true};
    LogOf<std::size_t> lengths;
    Options options;
    options.tls.ca_pem = server.ca_pem();
    options.handler = [&](const Message& message) { lengths.add(std::get<TextMessage>(message).text.size()); };
    auto client = Client::connect(server.url(), options);
    ASSERT_TRUE(client) << to_string(client.error());
    EXPECT_TRUE(lengths.wait_for_size(count)) << lengths.size() << " of " << count;
  }
}

}  // namespace
}  // namespace zenws

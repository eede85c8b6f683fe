// Contexts: who shares one, and what they refuse to be made of.
#include "net/tls_context.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/logger.hpp"
#include "net/tls_server.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::HasSubstr;

TEST(TlsContext, is_shared_by_equal_options) {
  const TlsOptions options{.ca_pem = identity().ca_pem};
  const auto context = TlsContext::shared(options);
  ASSERT_TRUE(context);
  EXPECT_EQ(*TlsContext::shared(options), *context);
}

TEST(TlsContext, is_not_shared_by_options_that_differ) {
  TlsOptions options{.ca_pem = identity().ca_pem};
  const auto context = *TlsContext::shared(options);
  options.server_name = "other.example";
  EXPECT_NE(*TlsContext::shared(options), context);
}

TEST(TlsContext, stays_shared_while_used_however_many_others_there_are) {
  TlsOptions options{.ca_pem = identity().ca_pem};
  const auto context = *TlsContext::shared(options);
  for (int i = 0; i < 20; ++i) {
    options.server_name = "host" + std::to_string(i);
    EXPECT_TRUE(TlsContext::shared(options));
  }
  options.server_name.clear();
  EXPECT_EQ(*TlsContext::shared(options), context);
}

TEST(TlsContext, is_kept_for_a_while_when_nobody_uses_it) {
  const TlsOptions options{.ca_pem = identity().ca_pem, .server_name = "kept.example"};
  const std::weak_ptr<const TlsContext> context = *TlsContext::shared(options);
  EXPECT_FALSE(context.expired());
}

TEST(TlsContext, is_made_again_when_its_file_changed) {
  const auto path = std::filesystem::temp_directory_path() / ("zenws-context-" + std::to_string(::getpid()));
  std::ofstream{path} << identity().ca_pem;
  const TlsOptions options{.ca_file = path.string()};
  const auto before = *TlsContext::shared(options);
  std::ofstream{path} << identity().ca_pem << identity("x.example").certificate_pem;
  EXPECT_NE(*TlsContext::shared(options), before);
  std::filesystem::remove(path);
}

TEST(TlsContext, is_shared_by_threads_that_ask_at_once) {
  const TlsOptions options{.ca_pem = identity().ca_pem, .server_name = "threads.example"};
  std::vector<std::shared_ptr<const TlsContext>> got(4);
  std::vector<std::thread> threads;
  for (auto& mine : got) threads.emplace_back([&mine, &options] { mine = *TlsContext::shared(options); });
  for (auto& thread : threads) thread.join();
  for (const auto& mine : got) EXPECT_EQ(mine, got.front());
}

TEST(TlsContext, is_refused_with_the_reason) {
  const auto context = TlsContext::shared({.ca_file = "/nowhere/ca.pem"});
  ASSERT_FALSE(context);
  EXPECT_EQ(context.error(), errc::invalid_config);
}

TEST(TlsContext, wants_tls_1_2_at_least_and_releases_buffers) {
  const auto context = *TlsContext::make({.ca_pem = identity().ca_pem});
  TlsPeer peer;
  const auto ssl = context->connection("localhost", peer);
  ASSERT_TRUE(ssl);
  EXPECT_EQ(SSL_get_min_proto_version(ssl->get()), TLS1_2_VERSION);
  EXPECT_NE(SSL_get_mode(ssl->get()) & SSL_MODE_RELEASE_BUFFERS, 0);
}

TEST(TlsContext, refuses_a_name_that_cannot_be_one) {
  const auto context = *TlsContext::make({.ca_pem = identity().ca_pem});
  TlsPeer peer;
  const auto ssl = context->connection(std::string(300, 'x'), peer);
  ASSERT_FALSE(ssl);
  EXPECT_EQ(ssl.error(), errc::invalid_config);
}

TEST(TlsContext, warns_for_each_connection_that_is_not_verified) {
  std::string lines;
  set_logger([&](LogLevel level, std::string_view line) {
    EXPECT_EQ(level, LogLevel::warning);
    lines += line;
  });
  TlsPeer peer;
  EXPECT_TRUE((*TlsContext::make({.insecure_skip_verify = true}))->connection("feed.example", peer));
  set_logger({});
  EXPECT_THAT(lines, HasSubstr("feed.example is not verified"));
}

}  // namespace
}  // namespace zenws::net::tests

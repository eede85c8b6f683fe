// Hosts become addresses; what cannot says so in the resolver's own code.
#include "net/resolve.hpp"

#include <algorithm>
#include <netdb.h>
#include <optional>

#include <gtest/gtest.h>

#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

using Found = Result<std::vector<Endpoint>>;

Found resolve(const std::string& host) {
  TestLoop on;
  std::optional<Found> found;
  const Resolve resolve{*on.loop, host, 443, [&](Found result) { found = std::move(result); }};
  EXPECT_FALSE(found) << "called from inside";
  EXPECT_TRUE(on.run_until([&] { return found.has_value(); }));
  return *std::move(found);
}

TEST(Resolving, takes_numeric_hosts_as_they_are) {
  EXPECT_EQ(to_text(*resolve("192.0.2.1")), "192.0.2.1:443");
  EXPECT_EQ(to_text(*resolve("2001:db8::1")), "[2001:db8::1]:443");
}

TEST(Resolving, finds_localhost) {
  const auto found = resolve("localhost");
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_TRUE(std::ranges::all_of(*found, [](const Endpoint& endpoint) {
    return endpoint == *numeric_endpoint("127.0.0.1", 443) || endpoint == *numeric_endpoint("::1", 443);
  }));
}

TEST(Resolving, fails_in_its_phase_with_the_resolvers_code) {
  const auto found = resolve("no-such-host.invalid");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code().category(), resolver_category());
  EXPECT_EQ(found.error().phase(), Phase::resolve);
  EXPECT_EQ(found.error().detail(), "host no-such-host.invalid");
}

TEST(Resolving, that_is_destroyed_never_calls_back) {
  TestLoop on;
  for (const char* host : {"192.0.2.1", "localhost"}) {
    const Resolve resolve{*on.loop, host, 443, [](const Found&) { FAIL() << "called"; }};
  }
  on.io.restart();
  on.io.run_for(50ms);
}

TEST(Resolving, may_be_destroyed_by_its_callback) {
  for (const char* host : {"192.0.2.1", "localhost"}) {
    TestLoop on;
    std::unique_ptr<Resolve> resolve;
    bool called = false;
    resolve = std::make_unique<Resolve>(*on.loop, host, std::uint16_t{443}, [&](const Found&) {
      resolve.reset();
      called = true;
    });
    EXPECT_TRUE(on.run_until([&] { return called; }));
  }
}

}  // namespace
}  // namespace zenws::net::tests

// Which exit code each end of a connection has.
#include "connect/outcome.hpp"

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

Error closed_with(int code) {
  return Error{errc::disconnected, Phase::open}.with_close({static_cast<std::uint16_t>(code), ""});
}

TEST(Outcome, of_a_connection_that_never_opened_is_unreachable) {
  EXPECT_EQ(exit_of(Error{std::make_error_code(std::errc::connection_refused), Phase::connect}, false),
            Exit::unreachable);
  EXPECT_EQ(exit_of(Error{errc::upgrade_rejected, Phase::upgrade}.with_http({.status = 401}), false),
            Exit::unreachable);
  EXPECT_EQ(exit_of(Error{errc::protocol_error, Phase::upgrade}, false), Exit::unreachable);
}

TEST(Outcome, of_wrong_arguments_is_usage) {
  EXPECT_EQ(exit_of(Error{errc::invalid_config, Phase::config, "Invalid URL format"}, false), Exit::usage);
}

TEST(Outcome, of_a_normal_close_is_ok) {
  EXPECT_EQ(exit_of(closed_with(1000), true), Exit::ok);
  EXPECT_EQ(exit_of(closed_with(1005), true), Exit::ok);
  EXPECT_EQ(exit_of(Error{errc::closed, Phase::close}, true), Exit::ok);
}

TEST(Outcome, of_any_other_close_or_a_broken_connection_is_lost) {
  for (const int code : {1001, 1002, 1006, 1011, 4000}) EXPECT_EQ(exit_of(closed_with(code), true), Exit::lost);
  EXPECT_EQ(exit_of(Error{std::make_error_code(std::errc::connection_reset), Phase::open}, true), Exit::lost);
}

TEST(Outcome, of_a_peer_that_broke_the_protocol_is_protocol_whatever_we_closed_with) {
  for (const errc code : {errc::protocol_error, errc::invalid_utf8, errc::message_too_big}) {
    EXPECT_EQ(exit_of(Error{code, Phase::open}.with_close({1002, ""}), true), Exit::protocol);
  }
}

TEST(Outcome, of_used_up_retries_is_that_of_the_last_attempt) {
  const auto used_up = [](Error last) { return Error{errc::max_reconnection_attempts}.with_cause(std::move(last)); };
  EXPECT_EQ(exit_of(used_up(closed_with(1000)), true), Exit::ok);
  EXPECT_EQ(exit_of(used_up(closed_with(1011)), true), Exit::lost);
  EXPECT_EQ(exit_of(used_up(Error{errc::timeout, Phase::connect}), false), Exit::unreachable);
}

}  // namespace
}  // namespace zenws::program

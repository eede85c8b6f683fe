// README's program against a simulated Deribit, and against nobody.
#include <gmock/gmock.h>

#include "docs/venue_url.hpp"
#include "support/deribit.hpp"

int program();

namespace {

using ::testing::HasSubstr;

std::string printed_by_the_program(int& code) {
  ::testing::internal::CaptureStdout();
  code = program();
  return ::testing::internal::GetCapturedStdout();
}

TEST(Readme, shows_an_answer_of_the_venue) {
  const auto simulator = zenws::testing::start_simulator();
  venue_url = simulator.url();
  int code = 0;
  const std::string shown = printed_by_the_program(code);
  EXPECT_EQ(code, 0);
  EXPECT_THAT(shown, HasSubstr("connected\n"));
  EXPECT_THAT(shown, HasSubstr(R"("version")"));  // of public/test's answer
}

TEST(Readme, tells_that_nobody_listens_and_what_to_do) {
  venue_url = "ws://127.0.0.1:1";  // a port that only root may have
  int code = 0;
  const std::string shown = printed_by_the_program(code);
  EXPECT_EQ(code, 1);
  EXPECT_THAT(shown, ::testing::StartsWith("trying again: "));
  EXPECT_THAT(shown, HasSubstr("refused"));
}

}  // namespace

// Advice in the program's words.
#include "console/remedy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/error.hpp>

#include "tools/child.hpp"

namespace zenws::program {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Remedy, names_the_programs_options) {
  EXPECT_EQ(for_program("name it in Options::tls.ca_file (or ca_pem); set Options::headers."),
            "name it in --ca; set -H.");
  EXPECT_EQ(for_program("Nothing to mend."), "Nothing to mend.");
}

TEST(Remedy, of_a_refusal_sends_nobody_to_what_the_program_does_not_have) {
  for (const char* const status : {"200", "301", "400", "401", "403", "503"}) {
    EXPECT_THAT(for_program(explain(*find_error(status)).suggestion), Not(HasSubstr("::"))) << status;
  }
}

TEST(Remedy, of_a_403_names_the_user_agent) {
  EXPECT_THAT(explain(*find_error("403")).suggestion, HasSubstr("User-Agent"));
}

}  // namespace
}  // namespace zenws::program

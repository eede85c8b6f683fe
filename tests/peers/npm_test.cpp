// Without network what npm would bring is missing, and that is nobody's fault.
#include "support/npm.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/child_process.hpp"
#include "support/scratch_folder.hpp"

namespace zenws::support {
namespace {

// A package of a registry at a port where nobody listens.
class UnreachableRegistry : public ::testing::Test {
 protected:
  void SetUp() override {
    if (find_program("npm").empty()) GTEST_SKIP() << "npm is not installed";
    ::setenv("npm_config_registry", "http://127.0.0.1:1/", 1);
    ::setenv("npm_config_cache", folder_.file("cache").c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("npm_config_registry");
    ::unsetenv("npm_config_cache");
  }

  // Beside it a package.json that wants what the lock file has.
  void write_lock(const std::string& lock) const {
    testing::write_file(folder_.file("package.json"), named + "}");
    testing::write_file(folder_.file("package-lock.json"), lock);
  }

  inline static const std::string named =
      R"({"name": "x", "version": "1.0.0", "dependencies": {"nothing-of-ours": "1.0.0"})";
  testing::ScratchFolder folder_;
};

TEST_F(UnreachableRegistry, is_told_and_asked_only_once) {
  write_lock(R"({"name": "x", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": )" + named +
             R"(}, "node_modules/nothing-of-ours": {"version": "1.0.0"}}})");
  const auto first = why_no_node_modules(folder_.path());
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->contains("ECONNREFUSED")) << *first;
  const auto second = why_no_node_modules(folder_.path());
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->contains("ECONNREFUSED")) << *second;
}

TEST_F(UnreachableRegistry, does_not_hide_a_lock_file_that_is_wrong) {
  write_lock("no lock file");
  EXPECT_THROW(why_no_node_modules(folder_.path()), std::runtime_error);
}

}  // namespace
}  // namespace zenws::support

#include "base/member_count.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace zenws {
namespace {

struct None {};
struct Inner {
  int a = 1;
  int b = 2;
};
struct Several {
  std::string text = {};
  Inner inner = {};
  std::vector<std::string> texts = {"a"};
  std::function<void()> function = {};
  int* pointer = nullptr;
};

TEST(MemberCount, counts_a_struct_inside_as_one) {
  static_assert(member_count<None>() == 0);
  static_assert(member_count<Inner>() == 2);
  static_assert(member_count<Several>() == 5);
}

}  // namespace
}  // namespace zenws

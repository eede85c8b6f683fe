// A program that knows nothing of zenws but the shared library that has it inside.
#include <cstdio>
#include <string_view>

extern "C" const char* why_not();

int main() {
  std::puts(why_not());
  return std::string_view{why_not()} == "Invalid URL format" ? 0 : 1;
}

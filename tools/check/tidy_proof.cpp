// Two bugs, for ./dev check tidy and analyzer to see whether they find them. Never built.
#include <string>
#include <utility>

std::size_t used_after_move(std::string text) {
  const std::string taken = std::move(text);
  return taken.size() + text.size();
}

int null_dereference(bool is_set) {
  int* number = nullptr;
  if (is_set) return 0;
  return *number;
}

// A venue's error codes in words: a category of its own for each.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace zenws::adapters {

class ErrorWords final : public std::error_category {
 public:
  using Row = std::pair<int, const char*>;

  // `otherwise`: of a code that has no row. Lifetime: all of it outlives the category.
  ErrorWords(const char* name, std::span<const Row> rows, const char* otherwise) noexcept
      : name_{name}, rows_{rows}, otherwise_{otherwise} {}

  [[nodiscard]] const char* name() const noexcept override { return name_; }
  [[nodiscard]] std::string message(int value) const override {
    const auto found = std::ranges::find(rows_, value, &Row::first);
    return found == rows_.end() ? otherwise_ : found->second;
  }

 private:
  const char* name_;
  std::span<const Row> rows_;
  const char* otherwise_;
};

}  // namespace zenws::adapters

// Keeps secrets out of recordings: the values of certain members of JSON texts, at any depth.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zenws::record {

class Redactor {
 public:
  explicit Redactor(std::vector<std::string> keys);

  // `text` with those values as "[REDACTED]" and all else as it was; nullopt: there is nothing to redact. Also of JSON
  // that is cut short, and of JSON inside JSON strings.
  [[nodiscard]] std::optional<std::string> redact(std::string_view text) const;

 private:
  [[nodiscard]] bool may_hold_secret(std::string_view text) const noexcept;
  [[nodiscard]] bool is_secret(std::string_view quoted) const;
  [[nodiscard]] bool redact(std::string& out, std::string_view text, int depth) const;
  [[nodiscard]] bool hides(std::string& out, std::string_view text, int depth) const;
  [[nodiscard]] bool redact_inside(std::string& out, std::string_view quoted, int depth) const;

  const std::vector<std::string> keys_;  // in lower case, their words not joined by anything
};

}  // namespace zenws::record

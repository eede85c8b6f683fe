// The plain members of JSON objects, read one object after another by a parser of one's own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <variant>

namespace zenws::json {

// Behind a text that is parsed where it lies.
inline constexpr std::size_t padding = 64;

// Threads: one at a time. Memory: as the largest text so far needs.
class Members {
 public:
  using Value = std::variant<std::string_view, std::int64_t, bool>;
  using Function = std::function<void(std::string_view key, const Value& value)>;

  Members();
  ~Members();
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  // Calls `member` for each member that is a string, an integer of 64 bits, or a boolean. False: `text` is no JSON
  // object. Views live until the next call. Requires: `padding` readable bytes behind `text`.
  bool read_padded(std::string_view text, const Function& member);
  // The same of a text with nothing behind it.
  bool read(std::string_view text, const Function& member);

 private:
  struct Parser;
  bool read(std::string_view text, bool is_padded, const Function& member);
  std::unique_ptr<Parser> parser_;
};

}  // namespace zenws::json

#include "recordings/request_matcher.hpp"

#include <utility>
#include <variant>

namespace zenws::program {
namespace {

// JSON-RPC 2.0 §4: 5 and "5" are different ids.
std::string key_of(const RequestIdView& id) {
  if (const auto* const number = std::get_if<std::int64_t>(&id)) return "#" + std::to_string(*number);
  return "\"" + std::string{std::get<std::string_view>(id)};
}

}  // namespace

void RequestMatcher::asked(const RequestIdView& id, RecordedTime at) {
  ++requests_;
  if (young_.size() >= most_) old_ = std::exchange(young_, {});
  young_[key_of(id)] = at;
}

std::optional<std::chrono::microseconds> RequestMatcher::answered(const RequestIdView& id, RecordedTime at) {
  const std::string key = key_of(id);
  for (Asked* const asked : {&young_, &old_}) {
    const auto found = asked->find(key);
    if (found == asked->end()) continue;
    const std::chrono::microseconds waited = at - found->second;
    asked->erase(found);
    if (waited < std::chrono::microseconds{0}) return std::nullopt;  // the wall clock was set back meanwhile
    return waited;
  }
  return std::nullopt;
}

void RequestMatcher::begin_connection() {
  young_.clear();
  old_.clear();
}

}  // namespace zenws::program

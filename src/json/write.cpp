#include "json/write.hpp"

#include <algorithm>
#include <atomic>

#include <nlohmann/json.hpp>

#include "base/world.hpp"

namespace zenws::json {

namespace {

// What names of methods and channels are made of, and what needs no escape (RFC 8259 §7).
bool is_plain(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

std::int64_t next_request_id() noexcept {
  if (World* const world = World::simulated()) return world->next_id();
  static std::atomic<std::int64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

void append_string(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out += '"';
    out += text;
    out += '"';
    return;
  }
  using Json = nlohmann::json;
  out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace zenws::json

#include "record/read_line.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.hpp"
#include "base/labels.hpp"
#include "record/timestamp.hpp"

namespace zenws {

namespace {

using Direction = RecordedEntry::Direction;
using Type = RecordedEntry::Type;

constexpr std::array<std::pair<std::string_view, Type>, 6> types{{{"text", Type::text},
                                                                  {"binary", Type::binary},
                                                                  {"close", Type::close},
                                                                  {"ping", Type::ping},
                                                                  {"pong", Type::pong},
                                                                  {"event", Type::event}}};

}  // namespace

std::string_view to_string(Direction direction) noexcept { return direction == Direction::in ? "in" : "out"; }

std::string_view to_string(Type type) noexcept {
  const auto found = std::ranges::find(types, type, &std::pair<std::string_view, Type>::second);
  return found == types.end() ? std::string_view{"unknown"} : found->first;
}

namespace record {

namespace {

// The members that the format knows, as far as they are there and of the right kind.
struct Fields {
  std::optional<RecordedTime> ts;
  std::optional<Direction> dir;
  std::optional<Type> type;
  std::optional<std::string_view> data;
  bool binary = false;
  std::int64_t epoch = 0;

  void take(std::string_view key, const json::Members::Value& value) {
    if (const auto* const text = std::get_if<std::string_view>(&value)) {
      take_text(key, *text);
    } else if (key == "binary") {
      if (const bool* const flag = std::get_if<bool>(&value)) binary = *flag;
    } else if (key == "epoch") {
      if (const auto* const number = std::get_if<std::int64_t>(&value)) epoch = *number;
    }
  }

  void take_text(std::string_view key, std::string_view text) {
    if (key == "ts") {
      ts = parse_timestamp(text);
    } else if (key == "dir") {
      if (text == "in") dir = Direction::in;
      if (text == "out") dir = Direction::out;
    } else if (key == "type") {
      const auto found = std::ranges::find(types, text, &std::pair<std::string_view, Type>::first);
      if (found != types.end()) type = found->second;
    } else if (key == "data") {
      data = text;
    }
  }
};

}  // namespace

std::optional<RecordedEntry> LineReader::read(std::string_view line) {
  Fields fields;
  const bool is_object =
      members_.read_padded(line, [&fields](std::string_view key, const auto& value) { fields.take(key, value); });
  if (!is_object || !fields.ts || !fields.dir || !fields.type || !fields.data || fields.epoch < 0) return std::nullopt;
  RecordedEntry entry{*fields.ts, *fields.dir, *fields.type, *fields.data, static_cast<std::uint64_t>(fields.epoch)};
  if (fields.binary || entry.type == Type::binary) {
    auto bytes = base64_decode(entry.data);
    if (!bytes) return std::nullopt;
    bytes_ = *std::move(bytes);
    entry.data = bytes_;
  }
  return entry;
}

std::optional<Event> read_event(std::string_view data) {
  json::Members members;
  Event event;
  const bool is_object = members.read(data, [&event](std::string_view key, const json::Members::Value& value) {
    const auto* const text = std::get_if<std::string_view>(&value);
    const auto* const number = std::get_if<std::int64_t>(&value);
    if (text != nullptr && key == "event") event.kind = *text;
    if (text != nullptr && key == "detail") event.detail = *text;
    if (text != nullptr && key == "name") event.name = *text;
    if (text != nullptr && key.starts_with(label_prefix) && event.labels.size() < most_labels) {
      event.labels.push_back({std::string{key.substr(label_prefix.size())}, std::string{*text}});
    }
    if (number != nullptr && key == "code") event.code = *number;
    if (number != nullptr && key == "count")
      event.count = static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0));
  });
  if (!is_object || event.kind.empty()) return std::nullopt;
  return event;
}

}  // namespace record

}  // namespace zenws

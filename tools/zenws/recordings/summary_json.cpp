// See summary_text.hpp: the JSON.
#include <array>
#include <utility>

#include <fmt/format.h>

#include "recordings/json_text.hpp"
#include "recordings/summary_text.hpp"

namespace zenws::program {
namespace {

using Type = RecordedEntry::Type;

std::string time_json(const std::optional<RecordedTime>& time) { return time ? json_string(show_time(*time)) : "null"; }

std::string seconds_json(std::uint64_t microseconds) {
  return fmt::format("{}.{:06}", microseconds / 1'000'000, microseconds % 1'000'000);
}

std::string seconds_json(std::chrono::microseconds time) {
  return seconds_json(static_cast<std::uint64_t>(time.count()));
}

template <class Show>
std::string percentiles_json(const LogHistogram& values, Show show) {
  constexpr std::array<std::pair<std::string_view, double>, 5> parts{
      {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}, {"max", 1}}};
  if (values.count() == 0) return R"({"count":0})";
  std::string text = fmt::format(R"({{"count":{},"min":{})", values.count(), show(values.min()));
  for (const auto& [name, part] : parts) text += fmt::format(R"(,"{}":{})", name, show(values.percentile(part)));
  return text + "}";
}

std::string direction_json(const DirectionSummary& way) {
  std::string text = fmt::format(R"({{"frames":{},"bytes":{})", way.count(), way.bytes);
  for (const Type type : {Type::text, Type::binary, Type::ping, Type::pong, Type::close}) {
    text += fmt::format(R"(,"{}":{})", to_string(type), way.of(type));
  }
  return text + R"(,"size":)" + percentiles_json(way.sizes, [](std::uint64_t size) { return size; }) + "}";
}

std::string labels_json(const std::vector<Label>& labels) {
  std::string text = "{";
  for (const Label& label : labels) {
    text += fmt::format("{}{}:{}", text.size() == 1 ? "" : ",", json_string(label.key), json_string(label.value));
  }
  return text + "}";
}

std::string channels_json(const RecordingSummary& summary, std::size_t most) {
  const ChannelCounts::Top top = summary.channels.top(most);
  std::string text = R"({"top":[)";
  for (const ChannelCount& row : top.rows) {
    text += fmt::format(R"({}{{"channel":{},"messages":{},"bytes":{}}})", text.back() == '[' ? "" : ",",
                        json_string(row.name), row.messages, row.bytes);
  }
  return text + fmt::format(R"(],"others":{{"messages":{},"bytes":{}}},"unnamed":{}}})", top.others.messages,
                            top.others.bytes, summary.unnamed);
}

}  // namespace

std::string summary_json(std::string_view path, const RecordingSummary& summary, std::size_t top) {
  const auto seconds = [](std::uint64_t microseconds) { return seconds_json(microseconds); };
  std::string text = fmt::format(R"({{"file":{},"file_size":{},"skipped":{},"torn_end":{},"dropped":{},"events":{})",
                                 json_string(path), summary.file.file_size, summary.file.skipped, summary.file.torn_end,
                                 summary.dropped, summary.events);
  text += fmt::format(R"(,"name":{},"labels":{})", json_string(summary.name), labels_json(summary.labels));
  text += fmt::format(R"(,"first_ts":{},"last_ts":{},"duration":{})", time_json(summary.first_ts),
                      time_json(summary.last_ts), seconds_json(summary.duration()));
  text += fmt::format(R"(,"largest_gap":{},"largest_gap_at":{})", seconds_json(summary.largest_gap),
                      time_json(summary.largest_gap_at));
  text += fmt::format(R"(,"connects":{},"reconnects":{},"first_epoch":{},"last_epoch":{},"protocol_errors":{})",
                      summary.connects, summary.reconnects, summary.first_epoch.value_or(0), summary.last_epoch,
                      summary.protocol_errors);
  text += fmt::format(R"(,"in":{},"out":{})", direction_json(summary.in), direction_json(summary.out));
  text += fmt::format(R"(,"between_inbound":{},"requests":{},"latency":{},"channels":{}}})",
                      percentiles_json(summary.gaps, seconds), summary.requests,
                      percentiles_json(summary.latencies, seconds), channels_json(summary, top));
  return text;
}

}  // namespace zenws::program

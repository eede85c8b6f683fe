// See summary_text.hpp: the table.
#include "recordings/summary_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "console/amounts.hpp"
#include "console/duration.hpp"
#include "console/escape.hpp"

namespace zenws::program {
namespace {

using Type = RecordedEntry::Type;

constexpr std::size_t widest_name = 60;

std::string show_time_or_none(const std::optional<RecordedTime>& time) { return time ? show_time(*time) : "-"; }

std::string show_file(const RecordingSummary& summary) {
  const std::string torn = summary.file.torn_end ? ", the last line is cut" : "";
  std::string text = fmt::format(
      "  file         {}, {} entries, {} events\n"
      "  damage       {} lines skipped, {} entries dropped{}\n",
      show_bytes(summary.file.file_size), grouped(summary.in.count() + summary.out.count() + summary.events),
      grouped(summary.events), grouped(summary.file.skipped), grouped(summary.dropped), torn);
  text += fmt::format("  span         {} to {}, {}\n", show_time_or_none(summary.first_ts),
                      show_time_or_none(summary.last_ts), show_span(summary.duration()));
  const std::string epochs =
      summary.first_epoch ? fmt::format(", epochs {} to {}", *summary.first_epoch, summary.last_epoch) : "";
  text += fmt::format("  connections  {}, {} of them reconnects{}, {} protocol errors\n", grouped(summary.connects),
                      grouped(summary.reconnects), epochs, grouped(summary.protocol_errors));
  const std::string since = summary.largest_gap_at ? ", from " + show_time(*summary.largest_gap_at) : "";
  text += fmt::format("  largest gap  {} without an inbound frame{}\n", show_span(summary.largest_gap), since);
  return text;
}

// Nothing when the client is called nothing.
std::string show_client(const RecordingSummary& summary) {
  std::string text = escaped(summary.name);
  for (const Label& label : summary.labels) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", escaped(label.key), escaped(label.value));
  }
  return text.empty() ? text : fmt::format("  client       {}\n", text);
}

std::string show_directions(const RecordingSummary& summary) {
  std::string text = fmt::format("\n  {:<10}{:>15}{:>13}{:>11}{:>11}{:>9}{:>11}\n", "", "text", "binary", "ping",
                                 "pong", "close", "payload");
  for (const auto& [name, way] : {std::pair{"in", &summary.in}, std::pair{"out", &summary.out}}) {
    text += fmt::format("  {:<10}{:>15}{:>13}{:>11}{:>11}{:>9}{:>11}\n", name, grouped(way->of(Type::text)),
                        grouped(way->of(Type::binary)), grouped(way->of(Type::ping)), grouped(way->of(Type::pong)),
                        grouped(way->of(Type::close)), show_bytes(way->bytes));
  }
  return text;
}

template <class Show>
std::string show_row(std::string_view name, const LogHistogram& values, Show show) {
  std::string text = fmt::format("  {:<18}{:>14}", name, grouped(values.count()));
  if (values.count() == 0) return text + "\n";
  text += fmt::format(" {:>9}", show(values.min()));
  for (const double part : {0.5, 0.9, 0.99, 0.999}) text += fmt::format(" {:>9}", show(values.percentile(part)));
  return text + fmt::format(" {:>9}\n", show(values.max()));
}

std::string show_percentiles(const RecordingSummary& summary) {
  const auto time = [](std::uint64_t value) { return show_span(std::chrono::microseconds{value}); };
  std::string text = fmt::format("\n  {:<18}{:>14}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "", "count", "min", "p50",
                                 "p90", "p99", "p99.9", "max");
  text += show_row("message size in", summary.in.sizes, show_bytes);
  text += show_row("message size out", summary.out.sizes, show_bytes);
  text += show_row("between inbound", summary.gaps, time);
  return text + show_row("request to answer", summary.latencies, time);
}

std::string show_channel(std::string_view name, std::uint64_t messages, const std::string& bytes, double all,
                         std::size_t width) {
  return fmt::format("  {:<{}}{:>15}{:>11}{:>8.1f} %\n", name, width, grouped(messages), bytes,
                     all == 0 ? 0 : 100 * static_cast<double>(messages) / all);
}

std::string show_channels(const RecordingSummary& summary, std::size_t top) {
  const ChannelCounts::Top channels = summary.channels.top(top);
  std::size_t width = 16;
  std::vector<std::string> names;
  for (const ChannelCount& row : channels.rows) {
    names.push_back(escaped(row.name));
    if (names.back().size() > widest_name) names.back() = names.back().substr(0, widest_name - 3) + "...";
    width = std::max(width, names.back().size());
  }
  const auto all = static_cast<double>(summary.in.sizes.count());
  std::string text = fmt::format("\n  {:<{}}{:>15}{:>11}{:>10}\n", "channel", width, "messages in", "payload", "share");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ChannelCount& row = channels.rows[i];
    text += show_channel(names[i], row.messages, show_bytes(row.bytes), all, width);
  }
  if (channels.others.messages > 0) {
    text += show_channel("(others)", channels.others.messages, show_bytes(channels.others.bytes), all, width);
  }
  if (summary.unnamed > 0) text += show_channel("(no channel)", summary.unnamed, "", all, width);
  return text;
}

}  // namespace

std::string show_summary(std::string_view path, const RecordingSummary& summary, std::size_t top) {
  return escaped(path) + "\n" + show_client(summary) + show_file(summary) + show_directions(summary) +
         show_percentiles(summary) + show_channels(summary, top);
}

}  // namespace zenws::program

// See report_data.hpp: the page's data.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "recordings/json_text.hpp"
#include "recordings/report_data.hpp"
#include "recordings/summary_text.hpp"

namespace zenws::program {
namespace {

constexpr std::size_t most_channels = 20;

std::int64_t milliseconds_of(RecordedTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// One value of each bin.
template <class Value>
std::string list(const TimeBins& bins, Value value) {
  std::string text = "[";
  for (const TimeBin& bin : bins.bins()) {
    if (text.size() > 1) text += ',';
    text += value(bin);
  }
  return text + "]";
}

std::string series_json(const TimeBins& bins) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  const auto in_milliseconds = [](std::uint64_t microseconds) {
    return fmt::format("{}.{:03}", microseconds / 1000, microseconds % 1000);
  };
  std::string text = fmt::format(R"({{"begin":{},"width":{})", milliseconds_of(bins.begin_time()),
                                 std::chrono::duration<double, std::milli>{bins.width()}.count());
  text += R"(,"in":)" + list(bins, [&](const TimeBin& bin) { return number(bin.in); });
  text += R"(,"out":)" + list(bins, [&](const TimeBin& bin) { return number(bin.out); });
  text += R"(,"bytes":)" + list(bins, [&](const TimeBin& bin) { return number(bin.bytes_in); });
  text += R"(,"latency_mean":)" + list(bins, [&](const TimeBin& bin) {
            return bin.answers == 0 ? std::string{"null"} : in_milliseconds(bin.latency_sum / bin.answers);
          });
  text += R"(,"latency_max":)" + list(bins, [&](const TimeBin& bin) {
            return bin.answers == 0 ? std::string{"null"} : in_milliseconds(bin.latency_max);
          });
  return text + "}";
}

std::string bars_json(const LogHistogram& values) {
  const Bars bars = bars_of(values);
  return fmt::format(R"({{"edges":[{}],"counts":[{}]}})", fmt::join(bars.edges, ","), fmt::join(bars.counts, ","));
}

std::string connections_json(const std::vector<ConnectionSpan>& connections) {
  std::string text = "[";
  for (const ConnectionSpan& span : connections) {
    if (text.size() > 1) text += ',';
    text += fmt::format("[{},{},{}]", span.epoch, milliseconds_of(span.from),
                        span.to ? std::to_string(milliseconds_of(*span.to)) : "null");
  }
  return text + "]";
}

std::string events_json(const std::vector<EventMark>& events) {
  std::string text = "[";
  for (const EventMark& event : events) {
    if (text.size() > 1) text += ',';
    text += fmt::format("[{},{},{},{}]", milliseconds_of(event.at), event.epoch, json_string(event.kind),
                        json_string(event.text));
  }
  return text + "]";
}

}  // namespace

std::string ReportData::json(std::string_view name) const {
  std::string text = R"({"summary":)" + summary_json(name, summary_, most_channels);
  text += R"(,"series":)" + series_json(bins_);
  text += R"(,"bars":{"gaps":)" + bars_json(summary_.gaps) + R"(,"latency":)" + bars_json(summary_.latencies);
  text += R"(,"size_in":)" + bars_json(summary_.in.sizes) + R"(,"size_out":)" + bars_json(summary_.out.sizes) + "}";
  text += R"(,"connections":)" + connections_json(connections_) + R"(,"events":)" + events_json(events_);
  return text + "}";
}

}  // namespace zenws::program

// Columns, footnotes and the names of JSON members.
#include "report.hpp"

#include <string_view>

#include <fmt/format.h>

namespace bench {

namespace {

constexpr std::string_view footnotes = R"(
Medians of the rounds (lowest - highest). CPU is user + system time of the client's process, all threads; the server
is a process of its own. Ratios are to the floor's run of the same round: of CPU, for echo of the p50 round trip.
floor receive  blocking 256 KiB recv, walks the frame headers, counts; does not check UTF-8
floor send     builds masked frames (keys from a xorshift) in 64 KiB, one blocking send whenever that is full
record         the floor is the same without recording; loop: CPU of the thread that reads and calls the handler
floor echo     one message in flight: build a masked frame, send, epoll_wait, recv, walk the header
)";

std::string text_of(const Spread& spread, int digits) {
  return fmt::format("{:.{}f} ({:.{}f} - {:.{}f})", spread.median, digits, spread.lowest, digits, spread.highest,
                     digits);
}

std::string json_of(std::string_view name, const Spread& spread) {
  return fmt::format(R"("{}":{{"median":{:.3f},"min":{:.3f},"max":{:.3f}}})", name, spread.median, spread.lowest,
                     spread.highest);
}

std::string json_of(const Row& row) {
  std::string members =
      fmt::format(R"("case":"{}","side":"{}",{},{},{})", row.contest, row.contender,
                  json_of("cpu_ns_per_message", row.cpu_per_message),
                  json_of("messages_per_second", row.messages_per_second), json_of("ratio", row.ratio));
  if (row.loop) {
    members += fmt::format(",{},{}", json_of("loop_ns_per_message", *row.loop), json_of("loop_ratio", *row.loop_ratio));
  }
  if (row.p50) {
    members += fmt::format(",{},{},{}", json_of("p50_us", *row.p50), json_of("p99_us", *row.p99),
                           json_of("p999_us", *row.p999));
  }
  return "{" + members + "}";
}

void append_work(std::string& out, const std::vector<Row>& rows) {
  out += fmt::format("{:<8} {:<22} {:>24} {:>14} {:>20}\n", "case", "side", "CPU ns/message", "messages/s", "ratio");
  for (const Row& row : rows) {
    out += fmt::format("{:<8} {:<22} {:>24} {:>14.0f} {:>20}\n", row.contest, row.contender,
                       text_of(row.cpu_per_message, 1), row.messages_per_second.median, text_of(row.ratio, 2));
  }
}

void append_loops(std::string& out, const std::vector<Row>& rows) {
  bool headed = false;
  for (const Row& row : rows) {
    if (row.contest != "record" || !row.loop) continue;
    if (!headed) out += fmt::format("\n{:<8} {:<22} {:>24} {:>20}\n", "case", "side", "loop ns/message", "ratio");
    headed = true;
    out += fmt::format("{:<8} {:<22} {:>24} {:>20}\n", row.contest, row.contender, text_of(*row.loop, 1),
                       text_of(*row.loop_ratio, 2));
  }
}

void append_round_trips(std::string& out, const std::vector<Row>& rows) {
  bool headed = false;
  for (const Row& row : rows) {
    if (!row.p50) continue;
    if (!headed) {
      out += fmt::format("\n{:<8} {:<22} {:>22} {:>22} {:>24}\n", "case", "side", "p50 µs", "p99 µs", "p99.9 µs");
    }
    headed = true;
    out += fmt::format("{:<8} {:<22} {:>22} {:>22} {:>24}\n", row.contest, row.contender, text_of(*row.p50, 1),
                       text_of(*row.p99, 1), text_of(*row.p999, 1));
  }
}

}  // namespace

std::string table(const std::vector<Row>& rows) {
  std::string out;
  append_work(out, rows);
  append_loops(out, rows);
  append_round_trips(out, rows);
  out += footnotes;
  return out;
}

std::string json(const std::vector<Row>& rows) {
  std::string out = "[";
  for (const Row& row : rows) {
    if (out.size() > 1) out += ",";
    out += "\n  " + json_of(row);
  }
  return out + "\n]\n";
}

}  // namespace bench

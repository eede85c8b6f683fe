// Recordings written line by line, for tests of what reads them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "support/scratch_folder.hpp"

namespace zenws::program {

// Begins at 2026-11-26T11:00:00Z. Each add() is at the time that after() has come to.
class RecordingLines {
 public:
  RecordingLines& after(std::chrono::microseconds time) {
    now_ += time;
    return *this;
  }
  RecordingLines& epoch(std::uint64_t epoch) {
    epoch_ = epoch;
    return *this;
  }
  RecordingLines& add(std::string_view dir, std::string_view type, std::string_view data, bool binary = false) {
    nlohmann::json line{{"ts", time()}, {"dir", dir}, {"type", type}, {"data", data}, {"epoch", epoch_}};
    if (binary) line["binary"] = true;
    return raw(line.dump() + "\n");
  }
  RecordingLines& in(std::string_view text) { return add("in", "text", text); }
  RecordingLines& out(std::string_view text) { return add("out", "text", text); }
  RecordingLines& update(std::string_view channel, std::string_view more = "1") {
    const nlohmann::json update{
        {"jsonrpc", "2.0"}, {"method", "subscription"}, {"params", {{"channel", channel}, {"data", more}}}};
    return in(update.dump());
  }
  RecordingLines& connect() { return add("in", "event", R"({"event":"connect","url":"ws://127.0.0.1:1/"})"); }
  RecordingLines& disconnect(std::string_view why = "lost") {
    return add("in", "event", nlohmann::json{{"event", "disconnect"}, {"reason", why}}.dump());
  }
  RecordingLines& raw(std::string_view text) {
    text_ += text;
    return *this;
  }

  [[nodiscard]] std::string time() const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now_);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                       now_.count() % 1'000'000);
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  void write_to(const std::string& path) const { testing::write_file(path, text_); }

 private:
  std::chrono::duration<std::int64_t, std::micro> now_{1'795'690'800'000'000};
  std::uint64_t epoch_ = 1;
  std::string text_;
};

}  // namespace zenws::program

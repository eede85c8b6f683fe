// A recording as short lines, for comparing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/recorder.hpp>

namespace zenws::testing {

// "1 in text hello": epoch, direction, type, data. Of events their data's beginning: `1 in event connect`.
inline std::vector<std::string> recorded(const std::string& path, const ReplayOptions& options = {}) {
  std::vector<std::string> lines;
  const auto add = [&](const RecordedEntry& entry) {
    std::string_view data = entry.data;
    if (entry.type == RecordedEntry::Type::event) {
      data.remove_prefix(std::string_view{R"({"event":")"}.size());
      data = data.substr(0, data.find('"'));
    }
    lines.push_back(std::to_string(entry.epoch) + " " + std::string{to_string(entry.dir)} + " " +
                    std::string{to_string(entry.type)} + " " + std::string{data});
  };
  const auto done = Recorder::replay(path, add, options);
  EXPECT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(done.value_or(Replayed{}).skipped, 0U);
  return lines;
}

}  // namespace zenws::testing

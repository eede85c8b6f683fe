// Messages by channel, however many channels there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace zenws::program {

struct ChannelCount {
  std::string name;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  friend bool operator==(const ChannelCount&, const ChannelCount&) = default;
};

// A value. Remembers the names that come first; what comes later, and names that are too long, are others.
class ChannelCounts {
 public:
  static constexpr std::size_t longest_name = 256;
  explicit ChannelCounts(std::size_t most_names = 10'000) : most_names_{most_names} {}

  void add(std::string_view channel, std::size_t bytes);

  [[nodiscard]] std::size_t names() const noexcept { return counts_.size(); }
  struct Top {
    std::vector<ChannelCount> rows = {};  // the most messages first, then by name
    std::size_t other_names = 0;          // that are remembered and not among the rows
    ChannelCount others = {};             // all of the rest; its name is empty
  };
  [[nodiscard]] Top top(std::size_t most) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  struct Count {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
  };

  std::size_t most_names_;
  std::unordered_map<std::string, Count, Hash, std::equal_to<>> counts_;
  Count others_;
};

}  // namespace zenws::program

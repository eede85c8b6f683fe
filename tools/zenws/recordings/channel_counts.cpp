#include "recordings/channel_counts.hpp"

#include <algorithm>
#include <iterator>

namespace zenws::program {

void ChannelCounts::add(std::string_view channel, std::size_t bytes) {
  auto found = counts_.find(channel);
  if (found == counts_.end() && counts_.size() < most_names_ && channel.size() <= longest_name) {
    found = counts_.emplace(channel, Count{}).first;
  }
  Count& count = found == counts_.end() ? others_ : found->second;
  ++count.messages;
  count.bytes += bytes;
}

ChannelCounts::Top ChannelCounts::top(std::size_t most) const {
  Top top{.others = {.name = "", .messages = others_.messages, .bytes = others_.bytes}};
  for (const auto& [name, count] : counts_) top.rows.push_back({name, count.messages, count.bytes});
  std::ranges::sort(top.rows, [](const ChannelCount& a, const ChannelCount& b) {
    return a.messages != b.messages ? a.messages > b.messages : a.name < b.name;
  });
  if (top.rows.size() <= most) return top;
  top.other_names = top.rows.size() - most;
  for (std::size_t i = most; i < top.rows.size(); ++i) {
    top.others.messages += top.rows[i].messages;
    top.others.bytes += top.rows[i].bytes;
  }
  top.rows.resize(most);
  return top;
}

}  // namespace zenws::program

// Where the shared frames are kept, and how a response is padded.
#include "server/frames.hpp"

#include <map>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "trade.hpp"
#include "wire.hpp"

namespace bench {

namespace {

using Frames = std::shared_ptr<const std::vector<std::byte>>;

constexpr std::size_t flood_write = std::size_t{256} << 10U;

Frames frames_of(std::size_t size, std::size_t at_most) {
  const std::string trade = make_trade(size);
  auto frames = std::make_shared<std::vector<std::byte>>();
  append_frame(*frames, text_opcode, as_bytes(trade));
  const std::size_t frame = frames->size();
  while (frames->size() + frame <= at_most) append_frame(*frames, text_opcode, as_bytes(trade));
  return frames;
}

Frames once(std::map<std::size_t, Frames>& made, std::size_t size, std::size_t at_most) {
  Frames& frames = made[size];
  if (!frames) frames = frames_of(size, at_most);
  return frames;
}

}  // namespace

Frames flood_of(std::size_t size) {
  static std::map<std::size_t, Frames> made;
  return once(made, size, flood_write);
}

Frames trade_frame(std::size_t size) {
  static std::map<std::size_t, Frames> made;
  return once(made, size, 0);
}

std::string response_to(std::span<const std::byte> request, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(request.data()), request.size()};
  constexpr std::string_view name = R"("id":)";
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) throw std::runtime_error{"a request without an id"};
  const std::string_view rest = text.substr(at + name.size());
  std::string response =
      fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":")", rest.substr(0, rest.find_first_of(",}")));
  constexpr std::string_view tail = R"("})";
  if (response.size() + tail.size() < size) response.append(size - response.size() - tail.size(), '7');
  return response.append(tail);
}

}  // namespace bench

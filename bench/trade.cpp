// How the trade is padded to its size.
#include "trade.hpp"

#include <string_view>

namespace bench {

std::string make_trade(std::size_t size) {
  constexpr std::string_view head =
      R"({"method":"subscription","params":{"channel":"trades.BTC-PERPETUAL.raw","data":)"
      R"({"seq":30289442,"timestamp":1590484512188,"price":8950.5,"amount":10.0,"direction":"sell","id":")";
  constexpr std::string_view tail = R"("}}})";
  static_assert(head.size() + tail.size() <= smallest_trade);
  std::string trade{head};
  trade.append(size - head.size() - tail.size(), '7');
  return trade.append(tail);
}

}  // namespace bench

// How the trade is padded to its size.
#include "trade.hpp"

#include <string_view>

namespace bench {

namespace {

struct Shape {
  std::string_view head;
  std::string_view tail;
  [[nodiscard]] constexpr std::size_t size() const noexcept { return head.size() + tail.size(); }
};

constexpr Shape whole{
    .head = R"({"method":"subscription","params":{"channel":"trades.BTC-PERPETUAL.raw","data":)"
            R"({"seq":30289442,"timestamp":1590484512188,"price":8950.5,"amount":10.0,"direction":"sell","id":")",
    .tail = R"("}}})"};
constexpr Shape short_form{.head = R"({"price":8950.5,"amount":10.0,"id":")", .tail = R"("})"};
static_assert(short_form.size() <= smallest_trade);

}  // namespace

std::string make_trade(std::size_t size) {
  const Shape& shape = size < whole.size() ? short_form : whole;
  std::string trade{shape.head};
  trade.append(size - shape.size(), '7');
  return trade.append(shape.tail);
}

}  // namespace bench

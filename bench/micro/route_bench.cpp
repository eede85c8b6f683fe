// What finding out what a message means costs: parsing it, and reading it by a venue's dialect.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include <zenws/dialect.hpp>

#include "json/parser.hpp"
#include "link/decoder.hpp"
#include "trade.hpp"
#include "ws/protocol.hpp"

namespace {

using namespace zenws;

// A text with the bytes behind it that parsing in place needs.
class Padded {
 public:
  explicit Padded(std::string text) : size_{text.size()}, bytes_{std::move(text)} {
    bytes_.append(ws::text_padding, '\0');
  }
  [[nodiscard]] std::string_view text() const noexcept { return std::string_view{bytes_}.substr(0, size_); }

 private:
  std::size_t size_;
  std::string bytes_;
};

std::string reply() {
  return R"({"jsonrpc":"2.0","id":4711,"result":["trades.BTC-PERPETUAL.raw"],"usIn":1,"usOut":2})";
}

void parse(benchmark::State& state) {
  const Padded message{bench::make_trade(static_cast<std::size_t>(state.range(0)))};
  for (auto _ : state) benchmark::DoNotOptimize(json::parse(message.text()));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(parse)->Arg(200)->Arg(4096);

void dialect_read(benchmark::State& state, const std::shared_ptr<const Dialect>& dialect, const std::string& text) {
  const Padded message{text};
  const auto* const json = json::parse(message.text());
  for (auto _ : state) benchmark::DoNotOptimize(dialect->read(*json));
}
BENCHMARK_CAPTURE(dialect_read, deribit_update, Dialect::deribit(), bench::make_trade(200));
BENCHMARK_CAPTURE(dialect_read, deribit_reply, Dialect::deribit(), reply());
BENCHMARK_CAPTURE(dialect_read, binance_update, Dialect::binance(),
                  std::string{
                      R"({"stream":"btcusdt@trade","data":{"e":"trade","s":"BTCUSDT","p":"8950.5","q":"10"}})"});

// From a frame's text to what the handler is given.
void route(benchmark::State& state, bool decode_json) {
  const Padded message{bench::make_trade(200)};
  const auto dialect = Dialect::deribit();
  const link::Decoder decoder{decode_json, dialect.get(), nullptr};
  std::optional<link::Inbound> inbound;
  for (auto _ : state) {
    decoder.read_text(inbound, message.text(), false);
    benchmark::DoNotOptimize(inbound);
  }
}
BENCHMARK_CAPTURE(route, text, false);
BENCHMARK_CAPTURE(route, json, true);

}  // namespace

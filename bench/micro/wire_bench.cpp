// What a frame costs on its way in and out: masking, its header, UTF-8, encoding, and all of receiving.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/buffer.hpp"
#include "trade.hpp"
#include "wire.hpp"
#include "ws/frame.hpp"
#include "ws/mask.hpp"
#include "ws/protocol.hpp"
#include "ws/utf8.hpp"

namespace {

using namespace zenws;

constexpr ws::MaskKey key{std::byte{0x12}, std::byte{0x34}, std::byte{0x56}, std::byte{0x78}};

void count_bytes(benchmark::State& state, std::int64_t each) { state.SetBytesProcessed(state.iterations() * each); }

void mask(benchmark::State& state) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    ws::mask(bytes, key);
    benchmark::ClobberMemory();
  }
  count_bytes(state, state.range(0));
}
BENCHMARK(mask)->Arg(16)->Arg(200)->Arg(4096)->Arg(1 << 20);

void mask_copy(benchmark::State& state) {
  const std::vector<std::byte> from(static_cast<std::size_t>(state.range(0)));
  std::vector<std::byte> to(from.size());
  for (auto _ : state) {
    ws::mask_copy(from, to, key);
    benchmark::ClobberMemory();
  }
  count_bytes(state, state.range(0));
}
BENCHMARK(mask_copy)->Arg(16)->Arg(200)->Arg(4096)->Arg(1 << 20);

void header_decode(benchmark::State& state) {
  std::array<std::byte, ws::max_header_size> bytes{};
  const std::size_t size =
      ws::encode_header({.masked = false, .length = static_cast<std::uint64_t>(state.range(0))}, bytes);
  for (auto _ : state) {
    benchmark::ClobberMemory();
    benchmark::DoNotOptimize(ws::decode_header(std::span{bytes}.first(size)));
  }
}
BENCHMARK(header_decode)->Arg(64)->Arg(200)->Arg(1 << 20);

void header_encode(benchmark::State& state) {
  std::array<std::byte, ws::max_header_size> bytes{};
  ws::FrameHeader header{.masked = true, .key = key, .length = static_cast<std::uint64_t>(state.range(0))};
  for (auto _ : state) {
    benchmark::DoNotOptimize(header);
    benchmark::DoNotOptimize(ws::encode_header(header, bytes));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(header_encode)->Arg(64)->Arg(200)->Arg(1 << 20);

void utf8(benchmark::State& state, std::string_view repeated) {
  std::string text;
  while (text.size() + repeated.size() <= static_cast<std::size_t>(state.range(0))) text += repeated;
  for (auto _ : state) benchmark::DoNotOptimize(ws::is_valid_utf8(bench::as_bytes(text)));
  count_bytes(state, static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(utf8, ascii, "7")->Arg(64)->Arg(200)->Arg(4096)->Arg(1 << 20);
BENCHMARK_CAPTURE(utf8, mixed, "Grüße, 世界 😀 ")->Arg(200)->Arg(4096);

void encode(benchmark::State& state) {
  const std::string text = bench::make_trade(static_cast<std::size_t>(state.range(0)));
  Buffer out;
  for (auto _ : state) {
    ws::append_frame(out, ws::Role::client, ws::Opcode::text, bench::as_bytes(text));
    if (out.size() > std::size_t{64} << 10U) out.clear();
  }
  count_bytes(state, state.range(0));
}
BENCHMARK(encode)->Arg(64)->Arg(200)->Arg(4096)->Arg(65'535);

// Frames as one receive brings them.
void decode(benchmark::State& state) {
  std::vector<std::byte> frames;
  const std::string text = bench::make_trade(static_cast<std::size_t>(state.range(0)));
  const std::int64_t count = std::max<std::int64_t>((64 << 10) / state.range(0), 1);
  for (std::int64_t i = 0; i < count; ++i) bench::append_frame(frames, bench::text_opcode, bench::as_bytes(text));
  frames.reserve(frames.size() + ws::text_padding);
  ws::Protocol protocol{ws::Role::client, {}};
  for (auto _ : state) {
    protocol.feed(frames);
    while (protocol.next().kind != ws::Event::Kind::need_more) {
    }
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(decode)->Arg(64)->Arg(200)->Arg(4096)->Arg(1 << 20);

}  // namespace

// What a compressed message costs, beside zlib alone on the same messages: a feed of JSON of about 200 bytes each.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#define ZLIB_CONST
#include <zlib.h>

#include "base/buffer.hpp"
#include "base/bytes.hpp"
#include "ws/deflater.hpp"
#include "ws/protocol.hpp"

namespace {

using namespace zenws;

// As a venue's ticker: names that stay, numbers that move.
std::string tick(int i) {
  return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.BTC-PERPETUAL.100ms","data":{"last":)" +
         std::to_string(50'000 + i * 7919 % 997) + R"(,"best_bid":)" + std::to_string(49'999 + i * 31 % 97) +
         R"(,"volume":)" + std::to_string(i * 104'729 % 1'000'003) + R"(,"seq":)" + std::to_string(70'000'000 + i) +
         "}}}";
}

struct Feed {
  std::vector<std::string> payloads;  // compressed
  std::vector<std::byte> frames;      // of them
  std::size_t plain = 0;
  std::size_t compressed = 0;
};

Feed make_feed(bool keeps_context) {
  constexpr int count = 300;
  ws::Deflater deflater{{}};
  Feed feed;
  Buffer out;
  Buffer wire;
  for (int i = 0; i < count; ++i) {
    const std::string message = tick(i);
    deflater.deflate(as_bytes(message), out);
    if (!keeps_context) deflater.forget_context();
    feed.payloads.emplace_back(as_text(out.bytes()));
    feed.plain += message.size();
    feed.compressed += out.size();
    ws::append_frame(wire, ws::Role::server, ws::Opcode::text, out.bytes(), ws::rsv1);
  }
  feed.frames.assign(wire.bytes().begin(), wire.bytes().end());
  feed.frames.reserve(feed.frames.size() + ws::text_padding);
  return feed;
}

void count(benchmark::State& state, const Feed& feed) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(feed.payloads.size()));
  state.counters["size_percent"] = 100.0 * static_cast<double>(feed.compressed) / static_cast<double>(feed.plain);
}

// A range of 1: the context is kept.
void inflate_by_protocol(benchmark::State& state) {
  const bool keeps = state.range(0) != 0;
  Feed feed = make_feed(keeps);  // it looks back to nothing before its own first message
  ws::Protocol protocol{ws::Role::client, {}, ws::InflateParams{.keeps_context = keeps}};
  for (auto _ : state) {
    protocol.feed(feed.frames);
    while (protocol.next().kind != ws::Event::Kind::need_more) {
    }
  }
  count(state, feed);
}
BENCHMARK(inflate_by_protocol)->Arg(0)->Arg(1);

// The least that can be done: no frames, no limit, no UTF-8.
void inflate_by_zlib_alone(benchmark::State& state) {
  const bool keeps = state.range(0) != 0;
  const Feed feed = make_feed(keeps);
  constexpr std::array<Bytef, 4> tail{0, 0, 0xFF, 0xFF};
  std::vector<Bytef> out(4096);
  z_stream z{};
  inflateInit2(&z, -15);
  for (auto _ : state) {
    for (const std::string& payload : feed.payloads) {
      z.next_out = out.data();
      z.avail_out = static_cast<uInt>(out.size());
      z.next_in = reinterpret_cast<const Bytef*>(payload.data());
      z.avail_in = static_cast<uInt>(payload.size());
      inflate(&z, Z_SYNC_FLUSH);
      z.next_in = tail.data();
      z.avail_in = tail.size();
      inflate(&z, Z_SYNC_FLUSH);
      if (!keeps) inflateReset(&z);
    }
    benchmark::DoNotOptimize(out.data());
  }
  inflateEnd(&z);
  count(state, feed);
}
BENCHMARK(inflate_by_zlib_alone)->Arg(0)->Arg(1);

}  // namespace

#include "ws/deflater.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#define ZLIB_CONST
#include <zlib.h>

namespace zenws::ws {
namespace {

constexpr std::size_t tail_size = 4;  // §7.2.1: 00 00 FF FF is left out
// Of a thread, once a larger message was sent.
constexpr std::size_t kept_capacity = std::size_t{64} << 10U;
constexpr std::size_t most_at_once = std::numeric_limits<uInt>::max();

// As much memory for the table of matches as for the window.
int memory_level(int window_bits) noexcept { return std::clamp(window_bits - 7, 1, 8); }

}  // namespace

struct Deflater::Stream {
  explicit Stream(DeflateHow how) {
    if (deflateInit2(&z, how.level, Z_DEFLATED, -how.window_bits, memory_level(how.window_bits), Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw std::bad_alloc{};
    }
  }
  ~Stream() { deflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  z_stream z{};
};

Deflater::Deflater(DeflateHow how) : stream_{std::make_unique<Stream>(how)} {}
Deflater::~Deflater() = default;

void Deflater::deflate(std::span<const std::byte> message, Buffer& out) {
  z_stream& z = stream_->z;
  out.clear();
  const std::size_t room = deflateBound(&z, message.size()) + tail_size + 16;  // which does not count the flush
  do {
    const std::span<const std::byte> piece = message.first(std::min(message.size(), most_at_once));
    message = message.subspan(piece.size());
    z.next_in = reinterpret_cast<const Bytef*>(piece.data());
    z.avail_in = static_cast<uInt>(piece.size());
    do {
      const std::size_t before = out.size();
      const std::size_t at_once = std::min(room, most_at_once);
      z.next_out = reinterpret_cast<Bytef*>(out.extend(at_once).data());
      z.avail_out = static_cast<uInt>(at_once);
      ::deflate(&z, message.empty() ? Z_SYNC_FLUSH : Z_NO_FLUSH);
      out.truncate(before + at_once - z.avail_out);
    } while (z.avail_out == 0);
  } while (!message.empty());
  out.truncate(out.size() - std::min(out.size(), tail_size));
}

void Deflater::forget_context() noexcept { deflateReset(&stream_->z); }

namespace {

struct ThreadsOwn {
  explicit ThreadsOwn(DeflateHow how) : window_bits{how.window_bits}, level{how.level}, deflater{how} {}

  const std::uint8_t window_bits;
  const std::uint8_t level;
  Deflater deflater;
  Buffer out;
};

}  // namespace

std::span<const std::byte> Deflater::deflate_alone(DeflateHow how, std::span<const std::byte> message) {
  thread_local std::unique_ptr<ThreadsOwn> own;
  if (own == nullptr || own->window_bits != how.window_bits || own->level != how.level) {
    own = std::make_unique<ThreadsOwn>(how);
  } else {
    own->deflater.forget_context();
  }
  if (own->out.capacity() > kept_capacity) own->out.release();
  own->deflater.deflate(message, own->out);
  return own->out.size() < message.size() ? std::as_const(own->out).bytes() : std::span<const std::byte>{};
}

}  // namespace zenws::ws

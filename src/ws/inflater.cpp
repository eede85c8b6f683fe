#include "ws/inflater.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#define ZLIB_CONST
#include <zlib.h>

namespace zenws::ws {
namespace {

// §7.2.2: what the sender left out at the end of each message, an empty block without compression.
constexpr std::array tail{std::byte{0x00}, std::byte{0x00}, std::byte{0xFF}, std::byte{0xFF}};

// zlib works fast while it has room for its longest match.
constexpr std::size_t least_room = 1024;
// How much more is asked for at once than has come: a bomb is noticed before it has taken much.
constexpr std::size_t most_room = std::size_t{256} << 10U;

// A peer whose zlib was told 8 looks back 2^9 bytes all the same: old versions do.
int window_for(int bits) noexcept { return std::max(bits, 9); }

}  // namespace

struct Inflater::Stream {
  explicit Stream(int bits) : window_bits{bits} {
    if (inflateInit2(&z, -window_bits) != Z_OK) throw std::bad_alloc{};
  }
  ~Stream() { inflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // The one that this thread's connections share while none of them is inside of a message.
  static std::unique_ptr<Stream>& idle() {
    thread_local std::unique_ptr<Stream> stream;
    return stream;
  }
  static std::unique_ptr<Stream> take(int bits) {
    std::unique_ptr<Stream> found = std::move(idle());
    if (found == nullptr || found->window_bits != bits) return std::make_unique<Stream>(bits);
    return found;
  }
  static void give_back(std::unique_ptr<Stream> stream) {
    inflateReset(&stream->z);
    idle() = std::move(stream);
  }

  const int window_bits;
  z_stream z{};
  bool is_final = false;  // what was inflated last ended with a block that says it is the last
};

// The largest window reads what any other wrote: without context all share one.
Inflater::Inflater(InflateParams params) noexcept
    : params_{.window_bits = params.keeps_context ? window_for(params.window_bits) : 15,
              .keeps_context = params.keeps_context} {}
Inflater::~Inflater() = default;

Inflater::Status Inflater::add(std::span<const std::byte> compressed, bool last, Buffer& out, std::size_t limit,
                               std::size_t padding) {
  // An empty message is a byte (§7.2.3.6), but some send none: that is no block, and clear all the same.
  if (compressed.empty() && (!last || is_empty_)) {
    out.extend(padding);  // behind no text at all, too
    out.truncate(out.size() - padding);
    return Status::ok;
  }
  if (stream_ == nullptr) {
    stream_ = params_.keeps_context ? std::make_unique<Stream>(params_.window_bits) : Stream::take(params_.window_bits);
  }
  is_empty_ = last;
  bytes_in_ += compressed.size();
  const std::size_t before = out.size();
  const Status status = last ? inflate_last(compressed, out, limit, padding) : inflate(compressed, out, limit, padding);
  bytes_out_ += out.size() - before;
  if (last && !params_.keeps_context) Stream::give_back(std::move(stream_));
  return status;
}

// What is short goes with the tail in one call: a call of zlib's is a good part of what a short message costs.
Inflater::Status Inflater::inflate_last(std::span<const std::byte> compressed, Buffer& out, std::size_t limit,
                                        std::size_t padding) {
  std::array<std::byte, 1024> whole;
  Status status = Status::ok;
  if (compressed.size() <= whole.size() - tail.size()) {
    const auto end = std::ranges::copy(compressed, whole.begin()).out;
    std::ranges::copy(tail, end);
    status = inflate(std::span{whole}.first(compressed.size() + tail.size()), out, limit, padding);
  } else {
    status = inflate(compressed, out, limit, padding);
    if (status == Status::ok) status = inflate(tail, out, limit, padding);
  }
  // zlib: 128 is set between two blocks.
  const bool ends_with_a_block = stream_->is_final || (static_cast<unsigned>(stream_->z.data_type) & 128U) != 0;
  return status == Status::ok && !ends_with_a_block ? Status::broken : status;
}

Inflater::Status Inflater::inflate(std::span<const std::byte> compressed, Buffer& out, std::size_t limit,
                                   std::size_t padding) {
  z_stream& z = stream_->z;
  z.next_in = reinterpret_cast<const Bytef*>(compressed.data());
  z.avail_in = static_cast<uInt>(compressed.size());
  limit = std::min(limit, SIZE_MAX / 2);  // so that no sum overflows
  std::size_t room = std::max(4 * compressed.size(), least_room);
  for (;;) {
    const std::size_t before = out.size();
    const std::size_t there = out.capacity() - before;  // not all of it need be at the end
    room = std::min({std::max(room, there > padding ? there - padding : 0), most_room, limit + 1 - before});
    const std::span<std::byte> into = out.extend(room + padding);
    z.next_out = reinterpret_cast<Bytef*>(into.data());
    z.avail_out = static_cast<uInt>(room);
    const int result = ::inflate(&z, Z_SYNC_FLUSH);
    out.truncate(before + room - z.avail_out);
    if (result == Z_MEM_ERROR) throw std::bad_alloc{};
    stream_->is_final = result == Z_STREAM_END;
    if (out.size() > limit) return Status::too_big;
    if (result == Z_STREAM_END) {
      // §7.2.3.4: a block may say that it is the last, and others follow. They may look back beyond it.
      inflateResetKeep(&z);
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return Status::broken;
    }
    // With room left, zlib has taken all that there was.
    if (z.avail_in == 0 && z.avail_out != 0) return Status::ok;
    if (result == Z_BUF_ERROR && z.avail_out != 0) return Status::broken;
    room = std::min(2 * room, most_room);
  }
}

std::size_t Inflater::memory() const noexcept {
  constexpr std::size_t state = std::size_t{8} << 10U;
  return stream_ == nullptr ? 0 : state + (std::size_t{1} << static_cast<unsigned>(params_.window_bits));
}

}  // namespace zenws::ws

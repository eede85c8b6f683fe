// DEFLATE as permessage-deflate has it (RFC 7692 §7.2.2), piece by piece and within a limit: zlib's receiving half.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/buffer.hpp"

namespace zenws::ws {

// How the messages of one peer are compressed.
struct InflateParams {
  int window_bits = 15;
  bool keeps_context = false;  // from message to message
};

// The compressed messages of one connection. Without context it holds nothing between two of them: who begins one takes
// the thread's inflater, if nobody else has it.
class Inflater {
 public:
  explicit Inflater(InflateParams params) noexcept;
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  enum class Status : std::uint8_t {
    ok,
    too_big,  // the message grows beyond the limit
    broken,   // it is not DEFLATE, or ends inside of a block
  };
  // Inflates more of a message, or with `last` the rest of it, to the end of `out`, which holds at most a byte more
  // than `limit`, with `padding` bytes of memory behind.
  [[nodiscard]] Status add(std::span<const std::byte> compressed, bool last, Buffer& out, std::size_t limit,
                           std::size_t padding);

  // Of all messages so far.
  [[nodiscard]] std::uint64_t bytes_in() const noexcept { return bytes_in_; }
  [[nodiscard]] std::uint64_t bytes_out() const noexcept { return bytes_out_; }
  // Bytes held beside the object itself, about.
  [[nodiscard]] std::size_t memory() const noexcept;

 private:
  struct Stream;
  [[nodiscard]] Status inflate_last(std::span<const std::byte> compressed, Buffer& out, std::size_t limit,
                                    std::size_t padding);
  [[nodiscard]] Status inflate(std::span<const std::byte> compressed, Buffer& out, std::size_t limit,
                               std::size_t padding);

  const InflateParams params_;
  bool is_empty_ = true;            // nothing of the message has come yet
  std::unique_ptr<Stream> stream_;  // null: no message is under construction, and nothing is kept
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
};

}  // namespace zenws::ws

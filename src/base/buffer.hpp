// Growable bytes that are never zero-filled: the only byte container of the hot path.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace zenws {

class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        begin_(std::exchange(other.begin_, 0)),
        end_(std::exchange(other.end_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(data_); }

  [[nodiscard]] std::byte* data() noexcept { return data_ + begin_; }
  [[nodiscard]] const std::byte* data() const noexcept { return data_ + begin_; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::span<std::byte> bytes() noexcept { return {data(), size()}; }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data(), size()}; }

  // Appends `count` uninitialised bytes and returns them.
  std::span<std::byte> extend(std::size_t count) {
    if (capacity_ - end_ < count) reserve_more(count);
    const std::span<std::byte> added{data_ + end_, count};
    end_ += count;
    return added;
  }
  void append(std::span<const std::byte> bytes) {
    if (!bytes.empty()) std::memcpy(extend(bytes.size()).data(), bytes.data(), bytes.size());
  }
  void append(std::string_view text) { append(std::as_bytes(std::span{text})); }
  // Takes `count` bytes from the front.
  void consume(std::size_t count) noexcept {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Drops bytes from the back until `size` are left.
  void truncate(std::size_t size) noexcept { end_ = begin_ + size; }
  void clear() noexcept { begin_ = end_ = 0; }
  // Gives the memory back.
  void release() noexcept { Buffer{}.swap(*this); }
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  void reserve_more(std::size_t count) {
    const std::size_t used = size();
    const bool enough_once_moved = begin_ != 0 && begin_ >= capacity_ / 2 && capacity_ - used >= count;
    if (begin_ != 0 && used != 0) std::memmove(data_, data_ + begin_, used);
    begin_ = 0;
    end_ = used;
    if (enough_once_moved) return;
    // realloc: of a large block it moves the pages instead of the bytes, and no page is faulted in twice.
    const std::size_t wanted = std::max(used + count, capacity_ + capacity_ / 2);
    auto* const grown = static_cast<std::byte*>(std::realloc(data_, wanted));
    if (grown == nullptr) throw std::bad_alloc{};
    data_ = grown;
    capacity_ = wanted;
  }

  std::byte* data_ = nullptr;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace zenws

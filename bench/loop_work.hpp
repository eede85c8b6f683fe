// What a flood costs the thread on which its messages come.
#pragma once

#include <chrono>
#include <cstdint>
#include <semaphore>
#include <stdexcept>

#include <zenws/options.hpp>

#include "measure.hpp"

namespace bench {

// Counts the messages of a flood, and the CPU of the loop's thread from the first to the last.
class LoopWork {
 public:
  explicit LoopWork(std::uint64_t messages) noexcept : messages_{messages} {}
  zenws::Handler counter() {
    return [this](const zenws::Message&) {
      if (counted_ == 0) begun_ = thread_cpu();
      if (++counted_ != messages_) return;
      used_ = thread_cpu() - begun_;
      done_.release();
    };
  }
  void wait() {
    if (!done_.try_acquire_for(std::chrono::seconds{60})) throw std::runtime_error{"zenws hung"};
  }
  [[nodiscard]] double per_message() const {
    return static_cast<double>(used_.count()) / static_cast<double>(messages_);
  }

 private:
  const std::uint64_t messages_;
  std::uint64_t counted_ = 0;
  Nanoseconds begun_{0};
  Nanoseconds used_{0};
  std::binary_semaphore done_{0};
};

}  // namespace bench

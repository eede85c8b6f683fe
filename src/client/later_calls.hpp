// The calls that a client was asked for and that are still to come: they are forgotten when it ends.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "net/later_call.hpp"

namespace zenws::client {

// The loop's thread.
class LaterCalls {
 public:
  LaterCalls() = default;
  LaterCalls(const LaterCalls&) = delete;
  LaterCalls& operator=(const LaterCalls&) = delete;
  ~LaterCalls() {
    for (const auto& call : calls_) {
      if (const auto waiting = call.lock()) waiting->forget_here();
    }
  }

  void add(const std::shared_ptr<net::LaterCall>& call) {
    if (calls_.size() >= tidy_at_) {
      std::erase_if(calls_, [](const auto& other) { return other.expired(); });
      tidy_at_ = std::max(least, 2 * calls_.size());
    }
    calls_.push_back(call);
  }

 private:
  static constexpr std::size_t least = 16;
  std::vector<std::weak_ptr<net::LaterCall>> calls_;  // those that were called are among them until it is tidied
  std::size_t tidy_at_ = least;
};

}  // namespace zenws::client

// A completion that is called exactly once: by its owner, or with errc::closed when it is dropped uncalled.
#pragma once

#include <functional>
#include <utility>

#include <zenws/error.hpp>

namespace zenws::client {

template <class T>
class Completion {
 public:
  using Function = std::move_only_function<void(Result<T>)>;

  Completion() = default;
  explicit Completion(Function function) : function_{std::move(function)} {}
  Completion(Completion&& other) noexcept : function_{std::exchange(other.function_, nullptr)} {}
  Completion& operator=(Completion&& other) noexcept {
    std::swap(function_, other.function_);
    return *this;
  }
  ~Completion() {
    if (function_) (*this)(std::unexpected{Error{errc::closed}});
  }

  // Calls it the first time. What the user's completion throws stops here.
  void operator()(Result<T> result) noexcept {
    if (Function function = std::exchange(function_, nullptr)) {
      try {
        function(std::move(result));
      } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody to tell; the loop must live
      }
    }
  }
  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(function_); }

 private:
  Function function_;
};

}  // namespace zenws::client

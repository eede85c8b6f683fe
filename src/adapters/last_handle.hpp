// When the last handle of something goes, its owner's functions are not called any more.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace zenws::adapters {

// Calls functions of the user's until nobody holds what they tell of.
class Listeners {
 public:
  // Calls `user`, which may be empty, one at a time, unless all have left.
  template <class... Parameters, class... Arguments>
  void tell(const std::function<void(Parameters...)>& user, Arguments&&... arguments) {
    if (!user) return;
    const std::lock_guard lock{telling_};
    if (!left_) user(std::forward<Arguments>(arguments)...);
  }
  // When this returns nothing is told, nor will be; a call under way is waited for, except inside that call.
  void leave() {
    const std::lock_guard lock{telling_};
    left_ = true;
  }

 private:
  std::recursive_mutex telling_;  // recursive: who is told may let go there
  bool left_ = false;
};

// A handle of `state`: when its last copy goes, `state->abandon()` is called, while those who work on it may go on.
template <class State>
std::shared_ptr<State> handle_of(std::shared_ptr<State> state) {
  State* const it = state.get();
  return std::shared_ptr<State>{it, [state = std::move(state)](State*) { state->abandon(); }};
}

}  // namespace zenws::adapters

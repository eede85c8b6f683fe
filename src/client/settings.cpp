#include "client/settings.hpp"

#include <functional>
#include <mutex>
#include <utility>

namespace zenws::client {

namespace {

// Calls `f` with the member pointer of each option in that place.
template <Place place, class F>
void for_each_in(const F& f) {
  for_each_option([&f](const auto& row) {
    using Row = std::remove_cvref_t<decltype(row)>;
    if constexpr (Row::place == place) f.template operator()<Row::member>();
  });
}

template <class T>
bool was_given(const T& value) {
  if constexpr (requires { value.empty(); }) {
    return !value.empty();
  } else {
    return static_cast<bool>(value);
  }
}

std::unique_ptr<const Own> take_own(Options& from) {
  bool any = false;
  for_each_in<Place::own>([&]<auto option> { any = any || was_given(from.*option); });
  if (!any) return nullptr;
  auto own = std::make_unique<Own>();
  for_each_in<Place::own>(
      [&]<auto option> { std::get<Slot<option>>(*own).value = std::exchange(from.*option, ValueOf<option>{}); });
  return own;
}

template <class T>
bool is_same(const T& one, const T& other) {
  return std::equal_to<>{}(one, other);
}

// Of what can be called only plain functions can be compared: a closure is not even known to be the same as itself.
template <class R, class... Args>
bool is_same_function(const std::function<R(Args...)>& one, const std::function<R(Args...)>& other) {
  if (!one || !other) return !one && !other;
  using Plain = R (*)(Args...);
  const Plain* const plain = one.template target<Plain>();
  const Plain* const other_plain = other.template target<Plain>();
  return plain != nullptr && other_plain != nullptr && *plain == *other_plain;
}

bool is_same(const Heartbeat& one, const Heartbeat& other) {
  return one.type == other.type && one.interval == other.interval && !one.is_answer && !other.is_answer &&
         is_same_function(one.message, other.message) && is_same_function(one.request, other.request) &&
         is_same_function(one.server_beat, other.server_beat);
}

bool may_share(const Options& one, const Options& other) {
  bool same = true;
  for_each_in<Place::shared>([&]<auto option> { same = same && is_same(one.*option, other.*option); });
  return same;
}

// Those of the last client that was made, while it, or one that shares them, is there.
class Last {
 public:
  std::shared_ptr<const Options> share(Options&& options) {
    if (!may_share(options, options)) return std::make_shared<const Options>(std::move(options));
    const std::lock_guard lock{mutex_};
    std::shared_ptr<const Options> found = last_.lock();
    if (found == nullptr || !may_share(*found, options)) {
      found = std::make_shared<const Options>(std::move(options));
      last_ = found;
    }
    return found;
  }

 private:
  std::mutex mutex_;
  std::weak_ptr<const Options> last_;
};

std::shared_ptr<const Options> share(Options&& options) {
  // Never destroyed: clients may be made while the process ends.
  static Last& last = *new Last;
  return last.share(std::move(options));
}

}  // namespace

Settings::Settings(Options&& options)
    : handler_{std::exchange(options.handler, {})}, own_{take_own(options)}, shared_{share(std::move(options))} {}

const Own& Settings::nothing() noexcept {
  static const Own nothing;
  return nothing;
}

Options Settings::all() const {
  Options options = *shared_;
  options.handler = handler_;
  for_each_in<Place::own>([&]<auto option> { options.*option = own<option>(); });
  return options;
}

}  // namespace zenws::client

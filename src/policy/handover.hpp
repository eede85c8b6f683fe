// Takes feeds over from one connection to the next while both bring them: in order, nothing lost, nothing twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace zenws::policy {

// What the old connection brings is delivered; what the new one brings is held until the old one has ended, and then
// what the old one brought too is left out. That is known by ids, which must grow within a channel; updates without
// one are delivered from both. What is held, and the names of channels, are bounded: beyond that ids are not
// remembered, so that an update may come twice, but none is lost.
//
// Threads: one.
class Handover {
 public:
  using Id = std::optional<std::uint64_t>;

  // `limit`: bytes.
  explicit Handover(std::size_t limit) noexcept : limit_{limit} {}

  // From now on two connections bring updates. What the last handover knows stays known.
  void begin();
  // Whether an update of the connection that delivers, the old one while there are two, is to be delivered; false: the
  // connection before it has brought it.
  [[nodiscard]] bool admits(std::string_view channel, Id id);
  // An update of the new connection, while the old one has not ended or something is held.
  void hold(std::string_view channel, Id id, std::string text);
  // The old connection has ended: from now on the new one delivers, first what is held.
  void end();
  // The new connection has gone instead: what it brought is forgotten.
  void forget_held() noexcept;
  // The next that is held and is to be delivered. Requires: end() was called. nullopt: nothing is held.
  [[nodiscard]] std::optional<std::string> take();
  // Nothing of the connection that ended before can come again. Without end(): both are gone, with what is held.
  void forget() noexcept;

  // Of what is held and of the names that are known.
  [[nodiscard]] std::size_t bytes() const noexcept { return held_bytes_ + name_bytes_; }
  // More than may be, and more than one message.
  [[nodiscard]] bool holds_too_much() const noexcept { return held_.size() > 1 && bytes() > limit_; }
  // A channel's id was not remembered since begin().
  [[nodiscard]] bool knows_too_many() const noexcept { return knows_too_many_; }
  [[nodiscard]] bool holds_any() const noexcept { return !held_.empty(); }
  // False: admits() need not be asked.
  [[nodiscard]] bool matters() const noexcept { return two_ || !before_.empty() || !held_.empty(); }
  // Updates left out so far.
  [[nodiscard]] std::uint64_t repeated() const noexcept { return repeated_; }

 private:
  struct Held {
    std::string channel;
    Id id;
    std::string text;
  };
  using Ids = std::map<std::string, std::uint64_t, std::less<>>;

  [[nodiscard]] static bool has_brought(const Ids& ids, std::string_view channel, Id id);
  [[nodiscard]] bool repeats(std::string_view channel, Id id);
  void remember(std::string_view channel, std::uint64_t id);
  void forget_now() noexcept;
  Held take_first();

  const std::size_t limit_;
  bool two_ = false;
  Ids now_;     // the last id of each channel that the old connection brought while there were two
  Ids before_;  // the same of the connection before the one that delivers, until that one is past it
  std::deque<Held> held_;
  std::size_t held_bytes_ = 0;
  std::size_t name_bytes_ = 0;
  bool knows_too_many_ = false;
  std::uint64_t repeated_ = 0;
};

}  // namespace zenws::policy

/// \file
/// Tells whether a feed that numbers its messages has lost one.
#pragma once

#include <cstdint>
#include <optional>

namespace zenws {

/// What a message's number says, by those before it.
enum class Sequence : std::uint8_t {
  first,      ///< Nothing came before it: there is nothing to compare with.
  in_order,   ///< It follows the one before.
  duplicate,  ///< It, or a later one, has been seen.
  gap,        ///< Something between is missing.
};

/// Watches the numbers of one feed, and tells what is in order, missing, or there twice. A value: copyable, comparable.
///
/// A duplicate or a gap changes nothing: what comes next is still compared with the last that was in order, so a gap
/// stays one until reset() or restart().
/// Threads: one at a time. See: docs/guide/deribit.md
class SequenceGuard {
 public:
  /// Judges a message of number `id`. `previous`: the number that the venue says came before (Deribit's
  /// `prev_change_id`); without one, numbers count up by one.
  [[nodiscard]] constexpr Sequence see(std::uint64_t id,
                                       std::optional<std::uint64_t> previous = std::nullopt) noexcept {
    if (!last_) {
      last_ = id;
      return Sequence::first;
    }
    if (id <= *last_) return Sequence::duplicate;
    if (previous ? *previous != *last_ : id != *last_ + 1) return Sequence::gap;
    last_ = id;
    return Sequence::in_order;
  }
  /// Begins anew at `id`: a snapshot that contains everything up to it.
  constexpr void restart(std::uint64_t id) noexcept { last_ = id; }
  /// Forgets all: the next number is the first.
  constexpr void reset() noexcept { last_.reset(); }
  /// The last number that was in order. nullopt: none yet.
  [[nodiscard]] constexpr std::optional<std::uint64_t> last() const noexcept { return last_; }
  friend constexpr bool operator==(const SequenceGuard&, const SequenceGuard&) noexcept = default;

 private:
  std::optional<std::uint64_t> last_ = {};
};

}  // namespace zenws

// What two connections bring while one takes the place of the other: in order, nothing lost, nothing twice.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "client/counters.hpp"
#include "client/links.hpp"
#include "link/inbound.hpp"
#include "link/link.hpp"
#include "net/loop.hpp"
#include "policy/handover.hpp"

namespace zenws::client {

// Whose turn it is, Life decides. Threads: the loop's only.
class Rotation {
 public:
  class Owner {
   public:
    // Lives, and we with it, as long as what is given.
    [[nodiscard]] virtual std::shared_ptr<void> keep() = 0;
    // False: nothing is delivered until deliver_held() is called.
    virtual bool has_room(bool must_read) = 0;
    // False: the user is to hear of no message any more.
    virtual bool is_heard() = 0;
    // An update that was held, of that connection.
    virtual void handle(const link::Inbound& inbound, std::uint64_t epoch) = 0;
    // A function of the user's threw.
    virtual void callback_failed(std::string_view what) = 0;
    // The successor is to be given up: more would be held back than may be.
    virtual void handover_is_full(const Error& why) = 0;

   protected:
    ~Owner() = default;
  };

  Rotation(net::Loop& loop, const Options& options, Counters& counters, Links& links, Owner& owner)
      : loop_{loop},
        options_{options},
        counters_{counters},
        links_{links},
        owner_{owner},
        handover_{options.handover_bytes} {}

  // The successor is open: from now on two connections bring updates.
  void begin(const Connected& successor);
  // False: holds() need not be asked.
  [[nodiscard]] bool matters() const noexcept { return handover_.matters(); }
  // True: the update that it read is not to be delivered, or not yet. `retires`: `from`, or the connection beside it,
  // has been taken over from.
  [[nodiscard]] bool holds(link::Link& from, const link::Inbound& inbound, bool retires);
  // Something that the last rotation brought waits to be delivered.
  [[nodiscard]] bool holds_any() const noexcept { return handover_.holds_any(); }
  // The successor has gone.
  void forget_held();
  // The old connection has gone: delivers what is held.
  void finish();
  // Nothing of the old connection can come again.
  void forget();
  // Delivers what is held, as far as there is room, in turns: others of the loop wait too. While it does, the
  // connection that serves is not read.
  void deliver_held();

  [[nodiscard]] const Connected& successor() const noexcept { return successor_; }
  [[nodiscard]] Rotated told() const;

 private:
  [[nodiscard]] policy::Handover::Id id_of(const link::Inbound& update);
  void bound(link::Link& from, bool retires);
  void deliver_in_turns();
  void pause_reading();
  void publish() noexcept;

  net::Loop& loop_;
  const Options& options_;
  Counters& counters_;
  Links& links_;
  Owner& owner_;
  policy::Handover handover_;
  Connected successor_{};              // the last
  TimePoint both_since_{};             // when it opened
  std::uint64_t repeated_before_ = 0;  // updates left out before this rotation
};

}  // namespace zenws::client

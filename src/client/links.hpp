// The connections of one client: the present one, and during a rotation the other. How they come about, which is which,
// and the door by which threads find them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "client/counters.hpp"
#include "client/dialler.hpp"
#include "client/life.hpp"
#include "client/settings.hpp"
#include "link/door.hpp"
#include "link/frame_watch.hpp"
#include "link/link.hpp"
#include "net/dial.hpp"
#include "net/loop.hpp"
#include "record/recording.hpp"

namespace zenws::client {

// Threads: the loop's, unless it says otherwise. Whose turn it is, Life decides.
class Links {
 public:
  using Which = Life::Which;

  // Of what they are made. `recording` may be null, `say` empty: see FrameWatch.
  struct Parts {
    std::shared_ptr<net::Loop> loop;
    const Settings& settings;
    Counters& counters;
    link::Link::Owner& owner;
    std::unique_ptr<record::Recording> recording;
    link::FrameWatch::Say say;
  };
  Links(Parts parts, std::string_view target, Url url);

  // Any thread. All that is sent goes through it.
  [[nodiscard]] link::Door& door() noexcept { return door_; }
  // Any thread. Null: nothing is recorded.
  [[nodiscard]] record::Recording* recording() const noexcept { return recording_.get(); }
  [[nodiscard]] Dialler& dialler() noexcept { return dialler_; }
  [[nodiscard]] const Dialler& dialler() const noexcept { return dialler_; }

  // Dials one of them; `done` is called unless end_dial() comes before.
  void dial(Which which, net::DialRequest request, net::Dial::Done done, net::Dial::Watch watch);
  void end_dial(Which which);
  // Makes it of what was dialled; nothing is read before begin(). Its epoch is the next.
  link::Link& open(Which which, net::Dialled& dialled);
  // `owner` is kept until the connection has ended.
  void begin(link::Link& link, net::Dialled dialled, std::shared_ptr<void> owner);

  // Null: there is none.
  [[nodiscard]] const std::shared_ptr<link::Link>& of(Which which) const noexcept {
    return which == Which::present ? present_ : other_;
  }
  // nullopt: none of ours any more.
  [[nodiscard]] std::optional<Which> which(const link::Link& link) const noexcept;
  // Lets go of it: nobody is told of its end.
  std::shared_ptr<link::Link> release(Which which) noexcept;
  // Requires: both. The other is the present one from here on, and the present one the other.
  void take_over();
  // Heartbeats are those of the present one from here on: what was measured on it is told.
  void represent_client();
  // Of the connections so far.
  [[nodiscard]] std::uint64_t last_epoch() const noexcept { return last_epoch_; }

  // Reads what has come. False: more may be behind it; what is late is judged when what came in time was read, but not
  // for ever: a flood may be in front of it.
  bool have_read();
  // There is room again.
  void resume();

 private:
  [[nodiscard]] std::unique_ptr<net::Dial>& dial_of(Which which) noexcept {
    return which == Which::present ? dial_ : other_dial_;
  }

  const std::shared_ptr<net::Loop> loop_;
  const Settings& settings_;
  Counters& counters_;
  link::Link::Owner& owner_;
  const std::unique_ptr<record::Recording> recording_;
  const std::unique_ptr<const link::FrameWatch> watch_;  // null: nobody watches
  Dialler dialler_;
  link::Door door_;
  std::unique_ptr<net::Dial> dial_, other_dial_;
  std::shared_ptr<link::Link> present_, other_;
  std::uint64_t last_epoch_ = 0;
  int turns_waited_ = 0;  // for what came in time
};

}  // namespace zenws::client

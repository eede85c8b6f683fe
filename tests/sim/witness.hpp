// Watches what one client tells, from its connect to its end, and knows the rules.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/message.hpp>
#include <zenws/options.hpp>
#include <zenws/request.hpp>

#include "sim/actor.hpp"
#include "sim/venue.hpp"

namespace zenws::sim {

// Threads: the world's. Lifetime: outlives its client, so that it hears what is told too late.
class Witness {
 public:
  // How long a slow handler takes.
  static constexpr std::chrono::milliseconds longest_call{3};
  using Check = std::function<void(bool holds, std::string_view rule)>;

  Witness(SimWorld& world, const Venue& venue, const Options& options, Check check)
      : world_{world},
        venue_{venue},
        check_{std::move(check)},
        in_order_{static_cast<bool>(options.handler)},
        logs_in_{static_cast<bool>(options.authenticate)},
        fears_silence_{options.idle_timeout.count() != 0},
        rotates_{options.max_age.count() != 0},
        retry_delay_{options.retry_delay},
        max_backoff_{options.max_backoff},
        jitter_{options.jitter},
        whole_{in_order_ && !rotates_} {}

  // ---- what the client tells

  void attempts();
  void lifecycle(const Lifecycle& event);
  void message(std::string_view text);
  void callback();  // any other
  // Numbers a request that is about to be made. `is_answered`: by a venue that is well.
  std::size_t asks(bool is_answered);
  void answered(std::size_t request, const Result<Response>& answer);
  void logged_in(const Response& answer);

  // ---- what is done with it

  void rotates() noexcept { whole_ = false; }
  // close() is about to be called, or the last handle to go.
  void closes() noexcept { closing_ = true; }
  // close() has returned, or the last handle has gone.
  void closed();

  [[nodiscard]] bool is_open() const noexcept { return open_; }
  // Of the present connection.
  [[nodiscard]] TimePoint open_since() const noexcept { return open_since_; }
  [[nodiscard]] bool has_stopped() const noexcept { return stopped_; }
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  void check_requests() const;

 private:
  struct Seen {
    std::uint64_t last = 0;
    std::uint64_t last_beside = 0;           // of what is no update, once there was a rotation
    std::set<std::uint64_t> elsewhere = {};  // not told to the handler
  };
  struct Asked {
    int endings = 0;
    bool in_calm = false;
  };
  void connected(const Connected& event);
  void lost(const Disconnected& event);
  void waits(const Reconnecting& event);
  void updated(const Update& update);
  void saw(Stamp stamp, bool is_update);

  SimWorld& world_;
  const Venue& venue_;
  const Check check_;
  const bool in_order_;  // a handler is told; from a mailbox messages are taken later than events are told
  const bool logs_in_;
  const bool fears_silence_;  // ends what is silent
  const bool rotates_;        // by itself
  const std::chrono::milliseconds retry_delay_;
  const std::chrono::milliseconds max_backoff_;
  const double jitter_;

  bool open_ = false;  // between Connected and Disconnected
  TimePoint open_since_{};
  bool dialling_ = false;
  bool stopped_ = false;
  bool closing_ = false;
  bool closed_ = false;
  bool whole_;  // all of the present connection is told: no rotation has taken anything out
  std::uint64_t epoch_ = 0;
  std::optional<TimePoint> due_ = {};  // the next attempt
  std::map<std::uint64_t, Seen> seen_;
  std::uint64_t connection_ = 0;                  // of the last stamp
  std::map<std::string, std::uint64_t> updates_;  // the last of each channel
  std::vector<Asked> asked_;
};

}  // namespace zenws::sim

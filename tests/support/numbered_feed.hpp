// A feed that is never waited for: every connection gets the next number of each channel it subscribed to, all the same
// one, as fast as its client takes them.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <zenws/testing/server.hpp>

#include "support/venue.hpp"

namespace zenws::testing {

// An update of a Deribit book, whose change_id is the number.
inline std::string numbered(std::string_view channel, std::uint64_t number) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","method":"subscription","params":{{"channel":"{}","data":{{"change_id":{}}}}}}})", channel,
      number);
}

class NumberedFeed {
 public:
  // All live longer. `seen`: the greatest number that the client has taken.
  NumberedFeed(Server& server, const Venue& venue, const std::atomic<std::uint64_t>& seen)
      : run_{std::make_shared<Run>(server, venue, seen)} {
    tick(run_);
  }
  ~NumberedFeed() { stop(); }
  NumberedFeed(const NumberedFeed&) = delete;
  NumberedFeed& operator=(const NumberedFeed&) = delete;

  // The last number of every channel that was subscribed to all the while.
  std::uint64_t stop() {
    std::uint64_t last = 0;
    run_->server.call([&] {
      run_->is_stopped = true;
      last = run_->last;
    });
    return last;
  }

 private:
  // The youngest connections only: who rotates has no more than two open.
  static constexpr std::uint64_t youngest = 4;
  static constexpr int numbers_a_tick = 3;
  // So many at most are on their way: on a slow machine, too, the client is never further behind.
  static constexpr std::uint64_t most_ahead = 200;

  // Shared with the server's timer, which still fires once after the end. Touched on the server's thread only.
  struct Run {
    Run(Server& for_server, const Venue& for_venue, const std::atomic<std::uint64_t>& seen_by_client)
        : server{for_server}, venue{for_venue}, seen{seen_by_client} {}

    Server& server;
    const Venue& venue;
    const std::atomic<std::uint64_t>& seen;
    bool is_stopped = false;
    std::uint64_t last = 0;
  };

  static void tick(const std::shared_ptr<Run>& run) {
    run->server.call_after(std::chrono::milliseconds{1}, [run] {
      if (run->is_stopped) return;
      for (int i = 0; i < numbers_a_tick && run->last < run->seen + most_ahead; ++i) send_next(*run);
      tick(run);
    });
  }
  static void send_next(Run& run) {
    ++run.last;
    const std::uint64_t newest = run.server.accepted();
    for (std::uint64_t connection = std::max(newest, youngest) - youngest + 1; connection <= newest; ++connection) {
      for (const std::string& channel : run.venue.subscribed(connection)) {
        (void)run.server.inject_message(numbered(channel, run.last), connection);
      }
    }
  }

  std::shared_ptr<Run> run_;
};

}  // namespace zenws::testing

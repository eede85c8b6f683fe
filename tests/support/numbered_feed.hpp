// A feed without pause: every connection gets the next number of each channel it subscribed to, all the same one.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
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
  // `server` and `venue` live longer.
  NumberedFeed(Server& server, const Venue& venue) : server_{server}, venue_{venue} { tick(); }
  ~NumberedFeed() { stop(); }
  NumberedFeed(const NumberedFeed&) = delete;
  NumberedFeed& operator=(const NumberedFeed&) = delete;

  // The last number of every channel that was subscribed to all the while.
  std::uint64_t stop() {
    server_.call([this] { running_ = false; });
    return last_;
  }

 private:
  // The youngest connections only: who rotates has no more than two open.
  static constexpr std::uint64_t youngest = 4;
  static constexpr int numbers_a_tick = 3;

  void tick() {
    server_.call_after(std::chrono::milliseconds{1}, [this] {
      if (!running_) return;
      for (int i = 0; i < numbers_a_tick; ++i) send_next();
      tick();
    });
  }
  void send_next() {
    ++last_;
    const std::uint64_t newest = server_.accepted();
    for (std::uint64_t connection = std::max(newest, youngest) - youngest + 1; connection <= newest; ++connection) {
      for (const std::string& channel : venue_.subscribed(connection)) {
        (void)server_.send_to(connection, numbered(channel, last_));
      }
    }
  }

  Server& server_;
  const Venue& venue_;
  bool running_ = true;     // touched on the server's thread only
  std::uint64_t last_ = 0;  // the same
};

}  // namespace zenws::testing

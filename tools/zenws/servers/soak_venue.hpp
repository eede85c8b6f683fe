// The far end of the soak: numbers messages for each client, whether or not it is there, and drops clients.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <zenws/testing/server.hpp>

namespace zenws::program {

// The channel of one client; each client has its own, and its own numbers from 1 on.
[[nodiscard]] std::string soak_channel(std::size_t client);

// Threads: the script on the server's; everything else on one other.
class SoakVenue {
 public:
  // What became of one client's messages and connections.
  struct Account {
    std::uint64_t unheard = 0;  // published while it was not connected and subscribed
    std::uint64_t closes = 0;   // drops by a close frame
    std::uint64_t resets = 0;   // drops by RST
  };

  explicit SoakVenue(std::size_t clients) : connections_(clients), accounts_(clients) {}
  // Answers public/subscribe. Lifetime: this object outlives the server.
  [[nodiscard]] testing::Script script();

  // The next number for every client.
  void publish(testing::Server& server);
  // Ends the client's connection: by close 1001, or by RST. False: it has none that is subscribed.
  bool drop(testing::Server& server, std::size_t client, bool reset);

  // Numbers published for each client.
  [[nodiscard]] std::uint64_t published() const noexcept { return published_; }
  [[nodiscard]] const std::vector<Account>& accounts() const noexcept { return accounts_; }

 private:
  [[nodiscard]] std::vector<testing::Reply> answer(const testing::ReceivedMessage& message);

  std::vector<std::atomic<std::uint64_t>> connections_;  // by client, subscribed; 0 = none
  std::vector<Account> accounts_;
  std::uint64_t published_ = 0;
};

}  // namespace zenws::program

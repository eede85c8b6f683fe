// The far end of ordinary clients: numbers all that it says, and knows who is subscribed to what.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "sim/actor.hpp"

namespace zenws::sim {

// What each message of a venue bears: its number on its connection, from 1. The first is the greeting.
struct Stamp {
  std::uint64_t connection = 0;
  std::uint64_t number = 0;
};
// nullopt: the message bears none (the answer to a subscribe request).
[[nodiscard]] std::optional<Stamp> stamp_of(std::string_view message);

// One of what it publishes; numbers grow.
struct Update {
  std::string_view channel;
  std::uint64_t number = 0;
};
[[nodiscard]] std::optional<Update> update_of(std::string_view message);

// Speaks Deribit's way of subscribing. `public/test` is answered with what it was given; `public/slow` not always;
// channels that begin with `bad` are refused.
class Venue {
 public:
  Venue(SimWorld& world, Broken broken) : world_{world}, broken_{std::move(broken)} {}

  [[nodiscard]] Result<> start(Runtime& runtime, bool tls);
  // For a client of that name.
  [[nodiscard]] std::string url(const std::string& client) const { return server_->url("/?" + client); }
  [[nodiscard]] testing::Server& server() noexcept { return *server_; }
  // From the next connection on.
  void set_faults(const testing::Faults& faults);
  // To everybody who is subscribed.
  void publish();
  // Last words, and later a close frame, to all.
  void say_goodbye();
  // Both at once, and then RST.
  void say_goodbye_and_reset();
  // Nothing bad has happened for a while, nor is it bound to: what goes wrong is the client's fault.
  [[nodiscard]] bool is_calm() const { return !in_trouble_ && world_.now() - last_fault_ > std::chrono::seconds{45}; }
  [[nodiscard]] bool was_well_since(TimePoint then) const { return !in_trouble_ && last_fault_ < then; }
  // One that goes on, or is over.
  void has_trouble(bool goes_on) {
    in_trouble_ |= goes_on;
    last_fault_ = world_.now();
  }
  void is_well() {
    in_trouble_ = false;
    last_fault_ = world_.now();
  }

  // Of the last that a connection was sent before the venue's close frame. nullopt: the venue has not closed that one.
  [[nodiscard]] std::optional<std::uint64_t> last_words(std::uint64_t connection) const;
  // The close frame came with them.
  [[nodiscard]] bool has_parted(std::uint64_t connection) const { return parted_.contains(connection); }
  // What the client's youngest connection streams.
  [[nodiscard]] std::set<std::string> streams_to(const std::string& client) const;
  [[nodiscard]] std::uint64_t handshakes() const noexcept { return lines_.size(); }

 private:
  struct Line {
    std::string client = {};
    std::uint64_t said = 0;
    std::uint64_t heard = 0;  // the number of the last text
    std::optional<std::uint64_t> last_words = {};
    std::set<std::string> subscribed = {};
    bool open = true;
    bool deaf = false;  // what it says is swallowed
  };
  std::vector<testing::Reply> answer(const testing::ReceivedMessage& message);
  std::string answer_request(Line& line, std::uint64_t connection, std::string_view text, bool& says_nothing);
  void hear(Line& line, std::string_view text);
  [[nodiscard]] static std::string stamp(Line& line, std::uint64_t connection);

  SimWorld& world_;
  const Broken broken_;
  std::map<std::uint64_t, Line> lines_;
  std::map<std::uint64_t, std::string> asked_;            // who upgrades, by connection
  std::map<std::string, std::set<std::uint64_t>> heard_;  // the texts of each client
  std::uint64_t published_ = 0;
  std::set<std::uint64_t> parted_;
  bool in_trouble_ = false;
  TimePoint last_fault_ = SimWorld::begin;
  bool deafens_ = false;
  TimePoint deafened_until_{};             // connections may have been accepted then
  std::optional<testing::Server> server_;  // while it goes it still tells
};

}  // namespace zenws::sim

// A simulated venue on a server: carries messages between the two, keeps time, and lets any thread ask.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zenws/testing/server.hpp>

#include "simulators/moment.hpp"

namespace zenws::simulators {

// What a venue wants done: messages in order, then pings, then who is to be disconnected.
struct VenueOutput {
  struct Message {
    std::uint64_t connection = 0;
    std::string text;
  };
  struct Leaving {
    std::uint64_t connection = 0;
    testing::Disconnect how = testing::Disconnect::normal();
  };
  std::vector<Message> messages;
  std::vector<Message> pings;  // their payload
  std::vector<Leaving> disconnect;
};

// A Venue has received(), ended() and tick(), which return a VenueOutput, and a deadline() at which tick() is due.
//
// All of it is touched on the server's thread only.
template <class Venue>
struct VenueHost {
  template <class Settings>
  explicit VenueHost(const Settings& settings) : venue{settings} {}
  // While the server is being destroyed it is not there any more for its own thread, which still asks for it.
  ~VenueHost() {
    if (server) server->stop();
  }
  VenueHost(const VenueHost&) = delete;
  VenueHost& operator=(const VenueHost&) = delete;

  Venue venue;
  TimePoint alarm = never;
  bool serving = false;  // before, the script cannot call the server
  std::optional<testing::Server> server;

  // `how`: with the hooks that the venue needs beside messages and ends. Errors: Server::start's.
  Result<> start(testing::ServerOptions how) {
    how.script = [this](const testing::ReceivedMessage& message) { return received(message); };
    how.on_end = [this](std::uint64_t connection) { carry_out(venue.ended(connection, Moment::now())); };
    auto started = testing::Server::start(std::move(how));
    if (!started) return std::unexpected{started.error()};
    server.emplace(*std::move(started));
    server->call([this] {
      serving = true;
      set_alarm();
    });
    return {};
  }

  // Own answers go out as the script's replies: the server may answer before we know it.
  std::vector<testing::Reply> received(const testing::ReceivedMessage& message) {
    VenueOutput output = venue.received(message.connection, message.payload, Moment::now());
    std::vector<testing::Reply> replies;
    std::erase_if(output.messages, [&](VenueOutput::Message& each) {
      const bool is_own = each.connection == message.connection;
      if (is_own) replies.push_back({.binary = false, .payload = std::move(each.text)});
      return is_own;
    });
    carry_out(output);
    return replies;
  }

  void carry_out(const VenueOutput& output) {
    if (!serving) return;
    for (const VenueOutput::Message& message : output.messages)
      server->inject_message(message.text, message.connection);
    for (const VenueOutput::Message& ping : output.pings) server->inject_ping(ping.text, ping.connection);
    // Later: what was said before must be written first.
    for (const VenueOutput::Leaving& leaving : output.disconnect) {
      server->call_after({}, [this, leaving] { disconnect(leaving); });
    }
    set_alarm();
  }

  // One that is half-open will never tell that it has ended.
  void disconnect(const VenueOutput::Leaving& leaving) {
    if (server->simulate_disconnect(leaving.how, leaving.connection)) return;
    carry_out(venue.ended(leaving.connection, Moment::now()));
  }

  void set_alarm() {
    const TimePoint due = venue.deadline();
    if (due >= alarm) return;
    alarm = due;
    const auto delay = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
    server->call_after(std::max(delay, std::chrono::milliseconds{0}), [this, due] {
      if (alarm == due) alarm = never;
      carry_out(venue.tick(Moment::now()));
    });
  }

  // What `f` answers on the server's thread; a default once the server has stopped.
  template <class F>
  auto ask(F f) {
    decltype(f()) answer{};
    server->call([&] { answer = f(); });
    return answer;
  }
  template <class F>
  void act(F f) {
    server->call([&] { carry_out(f()); });
  }
};

}  // namespace zenws::simulators

// A seed's life: clients, a server and ten minutes of faults, with checkers that watch all the while.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "sim/network.hpp"

namespace zenws::sim {

// What the server knows: who is subscribed to what, and what each channel has brought.
class Venue {
 public:
  explicit Venue(SimWorld& world) : world_{world} {}

  [[nodiscard]] testing::ServerOptions options(Runtime& runtime);
  // To everybody who is subscribed to it.
  void publish(testing::Server& server);
  [[nodiscard]] std::uint64_t handshakes() const noexcept { return handshakes_; }

 private:
  std::vector<testing::Reply> answer(const testing::ReceivedMessage& message);

  SimWorld& world_;
  std::map<std::uint64_t, std::set<std::string>> subscribed_;
  std::uint64_t published_ = 0;
  std::uint64_t handshakes_ = 0;
};

// One client with what it is used for, and the rules that it must keep to.
class Subject {
 public:
  using Fail = std::function<void(const std::string& rule)>;

  Subject(SimWorld& world, std::string name, Fail fail);

  void connect(const std::string& url, Runtime& runtime);
  // One of the things that a program does.
  void act();
  // Everything is well again: what must be so now.
  void judge_at_rest();
  void close();
  [[nodiscard]] std::uint64_t reconnects() const { return client_ ? client_->get_state_metrics().reconnects : 0; }

 private:
  void lifecycle(const Lifecycle& event);
  void message(const Message& message);
  void request();
  void say(const std::string& what) { world_.log(name_ + " " + what); }
  void check(bool holds, const std::string& rule);

  SimWorld& world_;
  const std::string name_;
  const Fail fail_;
  std::optional<Client> client_;
  bool closed_ = false;
  bool has_rotated_ = false;
  bool open_ = false;  // between Connected and Disconnected
  std::uint64_t last_epoch_ = 0;
  int sent_ = 0;
  int last_echo_ = 0;
  int asked_ = 0;
  std::shared_ptr<std::vector<int>> endings_ = std::make_shared<std::vector<int>>();  // of each request, how many
  std::set<std::string> desired_;
};

// What one seed was, and what was wrong with it: empty when nothing.
struct Outcome {
  std::uint64_t seed = 0;
  std::vector<std::string> broken = {};
  std::vector<std::string> lines = {};  // the log
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::uint64_t faults = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t handshakes = 0;
};

[[nodiscard]] Outcome run_seed(std::uint64_t seed);

}  // namespace zenws::sim

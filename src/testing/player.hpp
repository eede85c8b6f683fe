// Plays a recording to one connection.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <zenws/testing/replay_server.hpp>

#include "net/loop.hpp"
#include "record/pace.hpp"
#include "record/reader.hpp"
#include "testing/connection.hpp"

namespace zenws::testing {

// Threads: the loop's only.
class Player {
 public:
  // `played` is called once when all was sent. The options outlive it.
  Player(net::Loop& loop, const std::shared_ptr<Connection>& connection, record::Reader reader,
         const ReplayServerOptions& options, std::function<void()> played);

  // Once; what follows happens by itself.
  void start();

 private:
  void play();
  bool look_ahead();
  void finish();

  const std::weak_ptr<Connection> connection_;
  record::Reader reader_;
  const ReplayServerOptions& options_;
  const std::function<void()> played_;
  record::Pace pace_;
  std::optional<RecordedEntry> next_;
  bool begun_ = false;
  net::Timer timer_;
};

}  // namespace zenws::testing

/// \file
/// A server that plays a recording: run your client against yesterday.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <zenws/error.hpp>
#include <zenws/recorder.hpp>
#include <zenws/testing/server.hpp>

namespace zenws::testing {

/// ReplayServerOptions::speed that waits for nothing.
inline constexpr double as_fast_as_possible = std::numeric_limits<double>::infinity();

/// How a recording is served.
struct ReplayServerOptions {
  std::uint16_t port = 0;  ///< 0 = any free one.
  bool tls = false;        ///< As ServerOptions::tls.
  /// 1: with the recording's own timing; 10: ten times faster; as_fast_as_possible: as fast as the client reads.
  double speed = 1;
  /// Begin with the client's first message, its subscription say; false = as soon as it is connected.
  bool wait_for_message = false;
  /// Close with 1000 behind the last message; false = stay, silent.
  bool close_at_end = true;
  std::optional<RecordedTime> from = {};   ///< Nothing earlier.
  std::optional<RecordedTime> until = {};  ///< Nothing at this time or later.
  /// Answers what the client sends, beside what is played: its requests' ids are not the recorded ones. Empty: nothing.
  Script script = {};
};

/// Serves the inbound side of a recording: every connection gets all of it, text, binary and pings, from the beginning.
///
/// What lay between two connections is waited for like any other gap. A client that reads slowly is waited for too.
/// The file is read as a stream, once for each connection; damaged lines are left out.
///
/// Threads: any thread may call any function. Stops, by force, when destroyed.
/// See:     docs/guide/recording.md, examples/15_record_and_replay.cpp
class ReplayServer {
 public:
  /// Starts listening. Errors: the system's, when the recording cannot be read or the port not be had;
  /// errc::invalid_config for a speed that is not positive.
  [[nodiscard]] static Result<ReplayServer> start(const std::string& path, ReplayServerOptions options = {});
  ReplayServer(ReplayServer&&) noexcept;
  ReplayServer& operator=(ReplayServer&&) noexcept;
  ~ReplayServer();

  /// ws:// or wss://, for clients.
  [[nodiscard]] std::string url(std::string_view path = "/") const;
  /// Connections to which all was sent.
  [[nodiscard]] std::uint64_t played() const noexcept;
  /// The server below: for its CA, what it received, assert_message_sent(), faults. Lives as long as this object.
  [[nodiscard]] Server& server() noexcept;
  /// Stops listening and drops every connection. Idempotent.
  void stop();

 private:
  struct State;
  explicit ReplayServer(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace zenws::testing

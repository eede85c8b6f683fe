// Which servers of other people there are, how they are started, and what they were told to do.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <zenws/options.hpp>

#include "support/child_process.hpp"

namespace zenws::peers {

/// Bounds every wait; nothing that works takes anywhere near as long.
inline constexpr std::chrono::seconds patience{30};

/// A server, or a server behind a proxy.
enum class Kind { python, node, nginx };
/// For test names.
std::string name_of(Kind kind);
inline void PrintTo(Kind kind, std::ostream* out) { *out << name_of(kind); }

/// Why this machine cannot run it (a program is missing); nullopt: it can.
std::optional<std::string> why_unavailable(Kind kind);

/// A running server. The path of the URL says what it does with a connection:
///
///     /echo                sends back each message as it came
///     /fragments           the same, each message in several frames
///     /ping/PAYLOAD        sends a ping, then echoes; says `pong PAYLOAD` when it is answered
///     /count/N             sends 0, 1, … N-1 as N messages at once, then echoes
///     /count-received      swallows messages; says `received N` when the connection has ended
///     /header/NAME         sends the value of that header of the upgrade request, then echoes
///     /close/CODE/REASON   closes after the first message
///     /refuse/STATUS       answers the upgrade with that status, header X-Why and a body
///
/// It speaks the subprotocol `feed.v2`, and says `ping` for each ping received, `closed CODE REASON` for each
/// connection ended.
class Peer {
 public:
  /// Starts it and waits until it listens. Throws std::runtime_error when it does not come up.
  explicit Peer(Kind kind);

  /// ws://, for nginx wss://.
  [[nodiscard]] std::string url(std::string_view path) const;
  /// Options that trust this server, and give up at the first failure rather than retry.
  [[nodiscard]] Options options() const;
  /// The rest of the server's line that begins with `first_word`; nullopt: it did not say so in time.
  std::optional<std::string> says(std::string_view first_word);
  /// SIGKILL for the WebSocket server itself (a proxy before it lives on).
  void kill_server() { server_->kill(); }
  /// Ends the proxy before it, which drops its connections without a word.
  void stop_proxy() { proxy_->finish(patience); }

 private:
  std::unique_ptr<support::ChildProcess> server_;
  std::unique_ptr<support::ChildProcess> proxy_;
  std::string authority_;
  std::string ca_pem_;
};

/// A test that runs against each of the servers, or is skipped where a program is missing.
class PeerTest : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override;
  Peer& peer() { return *peer_; }

 private:
  std::unique_ptr<Peer> peer_;
};

/// For INSTANTIATE_TEST_SUITE_P.
inline const auto every_server = ::testing::Values(Kind::python, Kind::node, Kind::nginx);
/// The same: names the instances.
inline const auto by_name = [](const ::testing::TestParamInfo<Kind>& info) { return name_of(info.param); };

}  // namespace zenws::peers

// One attempt to connect: resolve, TCP (Happy Eyeballs), TLS, upgrade; one deadline over all of it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <zenws/options.hpp>

#include "base/buffer.hpp"
#include "base/url.hpp"
#include "net/loop.hpp"
#include "net/tls_ticket.hpp"
#include "net/transport.hpp"
#include "ws/upgrade.hpp"

namespace zenws::net {

// What to reach, and how.
struct DialRequest {
  Url url;
  std::vector<Header> headers;
  std::vector<std::string> subprotocols;
  TlsOptions tls;
  Compression compression = {};
  std::chrono::milliseconds timeout{5000};
  std::shared_ptr<TlsTicket> ticket = {};  // for resuming TLS; null = never
};

// A step that was taken, for those who watch (zenws doctor).
struct DialStep {
  Phase phase;  // resolve, connect, tls, upgrade
  std::chrono::microseconds took;
  std::string text;  // addresses; the address reached; protocol, cipher, certificate; status and subprotocol
};

// An open WebSocket connection.
struct Dialled {
  std::unique_ptr<Transport> transport;
  ws::UpgradeAnswer answer;
  Buffer received;  // bytes that came behind the 101
  bool more;        // Transfer's, of the read that brought them
  std::chrono::microseconds took;
};

// A running attempt. Threads: the loop's only. Destroying or cancel()ling it ends the attempt; its callback is then
// never called.
class Dial {
 public:
  using Done = std::move_only_function<void(Result<Dialled>)>;
  using Watch = std::function<void(const DialStep&)>;
  // `done` is called once, on the loop, never from inside start(). Errors carry the phase that failed; the deadline's
  // is errc::timeout with the phase that was going on.
  static std::unique_ptr<Dial> start(Loop& loop, DialRequest request, Done done, Watch watch = {});
  ~Dial();

 private:
  class Operation;
  explicit Dial(std::shared_ptr<Operation> operation);
  std::shared_ptr<Operation> operation_;
};

}  // namespace zenws::net

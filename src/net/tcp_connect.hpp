// Reaching one of several addresses fast, whichever family works: Happy Eyeballs (RFC 8305).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include <zenws/error.hpp>

#include "net/endpoint.hpp"
#include "net/loop.hpp"
#include "net/network.hpp"

namespace zenws::net {

// RFC 8305 §4: the families take turns, that of the first address first: the resolver knows the machine's policy (RFC
// 6724). Within a family its order stays.
[[nodiscard]] std::vector<Endpoint> interleave(const std::vector<Endpoint>& endpoints);

// A connection, and to where.
struct Reached {
  std::unique_ptr<Transport> transport;
  Endpoint endpoint;
};

// Connecting to the first address that answers. Threads: the loop's only. Destroying it ends it; its callback is then
// never called.
class TcpConnect {
 public:
  using Done = std::move_only_function<void(Result<Reached>)>;
  // RFC 8305 §5: the next address is tried when the last one failed or kept silent for so long.
  static constexpr std::chrono::milliseconds attempt_delay{250};

  // Tries `endpoints` in the order given. `done` is never called from inside here. Errors: phase connect; the most
  // telling address's code, all of them in the detail.
  TcpConnect(Loop& loop, std::vector<Endpoint> endpoints, Done done);
  ~TcpConnect();
  TcpConnect(const TcpConnect&) = delete;
  TcpConnect& operator=(const TcpConnect&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace zenws::net

// The kernel's sockets, and the system's resolver.
#pragma once

#include <memory>

#include "net/descriptor.hpp"
#include "net/network.hpp"
#include "net/reactor.hpp"

namespace zenws::net {

// Lifetime: the reactor outlives it and all that it gives.
class SocketNetwork final : public Network {
 public:
  explicit SocketNetwork(Reactor& reactor) noexcept : reactor_{reactor} {}

  Result<> resolve(const std::string& host, const std::weak_ptr<Asker>& asker) override;
  Or<Task> connect(Loop& loop, const Endpoint& to, Connected connected) override;
  Or<Acceptor> listen(Loop& loop, const Endpoint& at, Connected accepted) override;

  // Of a connected socket that does not block.
  Or<Transport> adopt(Loop& loop, Descriptor socket);

 private:
  Reactor& reactor_;
};

}  // namespace zenws::net

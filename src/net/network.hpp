// What a loop reaches the world by: names, connections out, connections in.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <zenws/error.hpp>

#include "net/endpoint.hpp"
#include "net/transport.hpp"

namespace zenws::net {

class Loop;

// A host's addresses with port 0, both families, in the resolver's order.
using Addresses = Result<std::vector<Endpoint>>;

// Who wants to know a host's addresses. Called once, by any thread; when it is destroyed before, never.
class Asker {
 public:
  virtual void answered(const Addresses& addresses) = 0;

 protected:
  ~Asker() = default;
};

// Threads: the given loop's only. Nothing that is given here is called from inside the call.
class Network {
 public:
  // Goes on until it is destroyed.
  class Task {
   public:
    virtual ~Task() = default;
  };
  // A listening socket, until it is destroyed.
  class Acceptor : public Task {
   public:
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
  };
  template <class T>
  using Or = std::expected<std::unique_ptr<T>, std::error_code>;  // the system's code
  using Connected = std::move_only_function<void(Or<Transport>)>;

  virtual ~Network() = default;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Errors, phase resolve: see ResolverPool::ask.
  virtual Result<> resolve(const std::string& host, const std::weak_ptr<Asker>& asker) = 0;
  // `connected` is called once.
  virtual Or<Task> connect(Loop& loop, const Endpoint& to, Connected connected) = 0;
  // `accepted` is called for each connection; with an error when none can be taken at the moment.
  virtual Or<Acceptor> listen(Loop& loop, const Endpoint& at, Connected accepted) = 0;

 protected:
  Network() = default;
};

}  // namespace zenws::net

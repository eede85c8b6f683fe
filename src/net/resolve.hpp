// From a host and a port to the addresses worth trying.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include <zenws/error.hpp>

#include "net/loop.hpp"

namespace zenws::net {

using Endpoint = boost::asio::ip::tcp::endpoint;

// "192.0.2.1:443", "[2001:db8::1]:443".
[[nodiscard]] std::string to_text(const Endpoint& endpoint);
// Separated by commas.
[[nodiscard]] std::string to_text(const std::vector<Endpoint>& endpoints);

// nullopt: `host` is a name.
[[nodiscard]] std::optional<Endpoint> numeric_endpoint(const std::string& host, std::uint16_t port);

// One look-up. Threads: the loop's only. Destroying it ends it; its callback is then never called.
class Resolve {
 public:
  using Done = std::move_only_function<void(Result<std::vector<Endpoint>>)>;
  // Both families, in the resolver's order; a numeric host is not looked up. `done` is never called from inside here.
  // Errors: phase resolve; resolver_category, or what ResolverPool::ask says.
  Resolve(Loop& loop, const std::string& host, std::uint16_t port, Done done);
  ~Resolve();
  Resolve(const Resolve&) = delete;
  Resolve& operator=(const Resolve&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace zenws::net

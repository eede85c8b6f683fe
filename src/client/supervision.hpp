// Who decides what becomes of a client that has ended by itself.
#pragma once

#include <chrono>
#include <cstdint>

#include <zenws/client.hpp>

namespace zenws::client {

class Supervision {
 public:
  virtual ~Supervision() = default;

  // The client's loop. The delay until it starts again; an error: it stops with that.
  virtual Result<std::chrono::milliseconds> restart_after(const Error& error) = 0;
  // The client's loop. Everything that on_lifecycle is told, and after it; also when that is told nothing any more.
  // First the user's function, which may throw, then what must be known of it.
  virtual void tell(const ClientRef& client, const Lifecycle& event) = 0;
  virtual void happened(const ClientRef& client, const Lifecycle& event) = 0;
  // Any thread that may wait: what Client::reconnect does after closing.
  virtual Result<Client> connect_again(std::string_view url, const Options& options) = 0;
};

// Who wants to know that a client has ended for good.
class EndWatcher {
 public:
  virtual ~EndWatcher() = default;
  // The client's loop, once.
  virtual void client_ended(std::uint64_t id) = 0;
};

}  // namespace zenws::client

// Who decides what becomes of a client that has ended by itself.
#pragma once

#include <chrono>

#include <zenws/client.hpp>

namespace zenws::client {

class Supervision {
 public:
  virtual ~Supervision() = default;

  // The client's loop. The delay until it starts again; an error: it stops with that.
  virtual Result<std::chrono::milliseconds> restart_after(const Error& error) = 0;
  // The client's loop. Everything that on_lifecycle is told, and after it; also when that is told nothing any more.
  virtual void happened(const ClientRef& client, const Lifecycle& event) = 0;
  // Any thread that may wait: what Client::reconnect does after closing.
  virtual Result<Client> connect_again(std::string_view url, const Options& options) = 0;
};

}  // namespace zenws::client

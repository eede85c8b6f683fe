#include "faults/server_apart.hpp"

#include <cstdlib>
#include <iostream>

#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"
#include "support/venue.hpp"

namespace zenws::testing {

int serve_apart(std::uint16_t port) {
  Venue venue;
  const auto server = Server::start({.port = port, .script = venue.script()});
  if (!server) {
    std::cerr << to_string(server.error()) << '\n';
    return 1;
  }
  std::cout << "listening " << server->port() << std::endl;
  for (std::string line; std::getline(std::cin, line);) continue;
  return 0;
}

ServerApart::ServerApart(std::uint16_t port) : process_{{"/proc/self/exe", "serve", std::to_string(port)}} {
  const auto said = process_.wait_for_line("listening", patience);
  if (said) port_ = static_cast<std::uint16_t>(std::atoi(said->c_str()));
}

std::string ServerApart::url() const { return port_ == 0 ? "" : "ws://127.0.0.1:" + std::to_string(port_) + "/"; }

}  // namespace zenws::testing

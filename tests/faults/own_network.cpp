#include "faults/own_network.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <thread>
#include <unistd.h>

#include "support/child_process.hpp"

namespace zenws::testing {
namespace {

using namespace std::chrono_literals;

// A new namespace, held by the descriptor; -1 and errno.
int make_namespace() {
  int fd = -1;
  int error = 0;
  std::thread{[&] {
    if (::unshare(CLONE_NEWNET) == 0) fd = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    error = errno;
  }}.join();
  errno = error;
  return fd;
}

std::string path_of(int fd) { return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd); }

}  // namespace

OwnNetwork::OwnNetwork() {
  for (const char* program : {"ip", "nft"}) {
    if (support::find_program(program).empty()) missing_ = std::string{program} + " is not installed";
  }
  if (!missing_.empty()) return;
  client_ = make_namespace();
  if (client_ >= 0) server_ = make_namespace();
  missing_ = server_ < 0 ? std::string{"a network of one's own needs root: "} + std::strerror(errno) : lay_cable();
}

OwnNetwork::~OwnNetwork() {
  for (const int fd : {client_, server_}) {
    if (fd >= 0) ::close(fd);
  }
}

std::string OwnNetwork::lay_cable() {
  const bool laid = run(Host::client, {"ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns",
                                       path_of(server_)}) &&
                    run(Host::client, {"ip", "address", "add", "10.77.0.1/24", "dev", "cable"}) &&
                    run(Host::server, {"ip", "address", "add", std::string{server_address} + "/24", "dev", "cable"}) &&
                    plug_in(Host::client) && plug_in(Host::server);
  return laid ? "" : "ip cannot make a veth pair here";
}

void OwnNetwork::on(Host host, const std::function<void()>& what) const {
  std::thread{[&] {
    if (::setns(host == Host::client ? client_ : server_, CLONE_NEWNET) == 0) what();
  }}.join();
}

bool OwnNetwork::run(Host host, const std::vector<std::string>& command) const {
  bool done = false;
  on(host, [&] { done = support::ChildProcess{command}.finish(10s) == 0; });
  return done;
}

bool OwnNetwork::drop_packets(const std::string& direction) const {
  return run(Host::server, {"nft", "add table inet fault; add chain inet fault drops { type filter hook " + direction +
                                       " priority 0; policy drop; }"});
}

}  // namespace zenws::testing

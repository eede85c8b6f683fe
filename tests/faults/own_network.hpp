// Two hosts and the cable between them, for one test: network namespaces that nobody else sees.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace zenws::testing {

// The namespaces have no name and no place in the file system: they go with the last descriptor, thread and process
// that is in them, also when this process is killed. Nothing of the machine's own network is touched.
class OwnNetwork {
 public:
  enum class Host : unsigned char { client, server };
  static constexpr const char* server_address = "10.77.0.2";

  OwnNetwork();
  ~OwnNetwork();
  OwnNetwork(const OwnNetwork&) = delete;
  OwnNetwork& operator=(const OwnNetwork&) = delete;

  // Empty, or why there is no network: a test is to be skipped then.
  [[nodiscard]] const std::string& missing() const noexcept { return missing_; }
  // Runs `what` on that host and waits for it; threads and processes that it starts are there too.
  void on(Host host, const std::function<void()>& what) const;
  // Runs a program there. False: it failed; what it said is on stderr.
  [[nodiscard]] bool run(Host host, const std::vector<std::string>& command) const;
  // The cable at that host's end.
  [[nodiscard]] bool pull(Host host) const { return run(host, {"ip", "link", "set", "cable", "down"}); }
  [[nodiscard]] bool plug_in(Host host) const { return run(host, {"ip", "link", "set", "cable", "up"}); }
  // The server's host drops packets to it ("input") or from it ("output"), and no more.
  [[nodiscard]] bool drop_packets(const std::string& direction) const;
  [[nodiscard]] bool drop_no_packets() const { return run(Host::server, {"nft", "flush", "ruleset"}); }

 private:
  std::string lay_cable();

  int client_ = -1;
  int server_ = -1;
  std::string missing_;
};

}  // namespace zenws::testing

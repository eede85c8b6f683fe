// `--metrics HOST:PORT`: where Prometheus scrapes the program.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <zenws/pool.hpp>

#include "exit_codes.hpp"

namespace zenws::program {

struct MetricsAddress {
  std::string host;        // an IP address, of version 6 in brackets
  std::uint16_t port = 0;  // 0: any free one
  [[nodiscard]] std::string text() const { return host + ":" + std::to_string(port); }
  friend bool operator==(const MetricsAddress&, const MetricsAddress&) = default;
};
// `127.0.0.1:9464`, `[::1]:9464` or `localhost:9464`. Nullopt: anything else.
[[nodiscard]] std::optional<MetricsAddress> parse_metrics_address(std::string_view text);

// Shows clients over HTTP while it lives.
class MetricsEndpoint {
 public:
  // The program was built with metrics.
  [[nodiscard]] static bool is_available() noexcept;
  // Without an address nothing is shown. `per_client`: see CollectorOptions.
  //
  // Errors: invalid_config when the program was built without metrics; the system's, or cancelled, when the address
  // cannot be had.
  static Result<MetricsEndpoint> start(const std::optional<MetricsAddress>& address, ClientDiscovery clients,
                                       bool per_client);
  MetricsEndpoint(MetricsEndpoint&&) noexcept;
  MetricsEndpoint& operator=(MetricsEndpoint&&) noexcept;
  ~MetricsEndpoint();

  // What to scrape; empty when nothing is shown.
  [[nodiscard]] std::string url() const;
  // Shows nothing any more, and has closed its sockets when it returns: that can take two seconds, as long as the
  // exposer's thread may sleep.
  void stop() noexcept;

 private:
  struct Exposed;
  explicit MetricsEndpoint(std::unique_ptr<Exposed> exposed) noexcept;
  std::unique_ptr<Exposed> exposed_;
};

// MetricsEndpoint::start, and says why when it fails: the exit then. `tells`: says too what to scrape.
[[nodiscard]] std::expected<MetricsEndpoint, Exit> show_metrics(const std::optional<MetricsAddress>& address,
                                                                ClientDiscovery clients, bool per_client, bool tells);

}  // namespace zenws::program

#include "command_line/metrics_endpoint.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <exception>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "console/output.hpp"

#ifdef ZENWS_WITH_METRICS
#include <prometheus/exposer.h>

#include <zenws/metrics/collector.hpp>
#endif

namespace zenws::program {

namespace {

bool is_address(int family, const std::string& text) {
  in6_addr address{};  // room for both
  return ::inet_pton(family, text.c_str(), &address) == 1;
}

std::optional<std::string> parse_host(std::string_view text) {
  if (text == "localhost") return "127.0.0.1";
  std::string host{text};
  if (is_address(AF_INET, host)) return host;
  const bool in_brackets = text.starts_with('[') && text.ends_with(']');
  if (in_brackets && is_address(AF_INET6, host.substr(1, host.size() - 2))) return host;
  return std::nullopt;
}

}  // namespace

std::optional<MetricsAddress> parse_metrics_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto host = parse_host(text.substr(0, colon));
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (!host || failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return MetricsAddress{*host, port};
}

std::expected<MetricsEndpoint, Exit> show_metrics(const std::optional<MetricsAddress>& address, ClientDiscovery clients,
                                                  bool per_client, bool tells) {
  auto endpoint = MetricsEndpoint::start(address, std::move(clients), per_client);
  if (!endpoint) {
    say_error("cannot show metrics", endpoint.error());
    return std::unexpected{endpoint.error() == errc::invalid_config ? Exit::usage : Exit::failed};
  }
  if (address && tells) say("metrics: " + endpoint->url());
  return *std::move(endpoint);
}

#ifdef ZENWS_WITH_METRICS

bool MetricsEndpoint::is_available() noexcept { return true; }

struct MetricsEndpoint::Exposed {
  std::string host;
  std::shared_ptr<metrics::ClientCollector> collector;
  prometheus::Exposer exposer;
};

namespace {

// The exposer only says that it failed. 0: nothing is wrong with the address.
int why_not_bound(const MetricsAddress& address) {
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = htons(address.port), .sin_addr = {}, .sin_zero = {}};
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = v4.sin_port;
  const bool is_v4 = ::inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1;
  if (!is_v4) ::inet_pton(AF_INET6, address.host.substr(1, address.host.size() - 2).c_str(), &v6.sin6_addr);
  const int descriptor = ::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  const auto* const where = is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
  const int error = ::bind(descriptor, where, is_v4 ? sizeof v4 : sizeof v6) == 0 ? 0 : errno;
  ::close(descriptor);
  return error;
}

Error cannot_listen(const MetricsAddress& address, const char* what) {
  const std::string text = "cannot listen on " + address.text();
  if (const int error = why_not_bound(address)) {
    return Error{std::error_code{error, std::system_category()}, Phase::none, text};
  }
  return Error{errc::cancelled, Phase::none, fmt::format("{}: {}", text, what)};
}

}  // namespace

Result<MetricsEndpoint> MetricsEndpoint::start(const std::optional<MetricsAddress>& address, ClientDiscovery clients,
                                               bool per_client) try {
  if (!address) return MetricsEndpoint{nullptr};
  auto collector = std::make_shared<metrics::ClientCollector>(std::move(clients),
                                                              metrics::CollectorOptions{.per_client = per_client});
  std::unique_ptr<Exposed> exposed{new Exposed{address->host, collector, prometheus::Exposer{address->text()}}};
  exposed->exposer.RegisterCollectable(collector);
  return MetricsEndpoint{std::move(exposed)};
} catch (const std::exception& exception) {
  return std::unexpected{cannot_listen(*address, exception.what())};
}

std::string MetricsEndpoint::url() const {
  if (!exposed_) return {};
  return fmt::format("http://{}:{}/metrics", exposed_->host, exposed_->exposer.GetListeningPorts().at(0));
}

#else

bool MetricsEndpoint::is_available() noexcept { return false; }

struct MetricsEndpoint::Exposed {};

Result<MetricsEndpoint> MetricsEndpoint::start(const std::optional<MetricsAddress>& address, ClientDiscovery, bool) {
  if (!address) return MetricsEndpoint{nullptr};
  return std::unexpected{Error{errc::invalid_config, Phase::config,
                               "this zenws was built without metrics; it needs prometheus-cpp for that"}};
}

std::string MetricsEndpoint::url() const { return {}; }

#endif

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<Exposed> exposed) noexcept : exposed_{std::move(exposed)} {}
MetricsEndpoint::MetricsEndpoint(MetricsEndpoint&&) noexcept = default;
MetricsEndpoint& MetricsEndpoint::operator=(MetricsEndpoint&&) noexcept = default;
MetricsEndpoint::~MetricsEndpoint() = default;

void MetricsEndpoint::stop() noexcept { exposed_.reset(); }

}  // namespace zenws::program

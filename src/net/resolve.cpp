// The system's resolver, asked again at every attempt; Asio runs getaddrinfo on a thread of its own.
#include "net/resolve.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "net/error_codes.hpp"

namespace zenws::net {

using boost::asio::ip::tcp;

std::string to_text(const Endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

std::string to_text(const std::vector<Endpoint>& endpoints) {
  std::string text;
  for (const Endpoint& endpoint : endpoints) {
    if (!text.empty()) text += ", ";
    text += to_text(endpoint);
  }
  return text;
}

std::optional<Endpoint> numeric_endpoint(const std::string& host, std::uint16_t port) {
  boost::system::error_code not_numeric;
  const auto address = boost::asio::ip::make_address(host, not_numeric);
  if (not_numeric) return std::nullopt;
  return Endpoint{address, port};
}

// Handlers hold it and see by an empty `done` that nobody waits any more: getaddrinfo itself cannot be cancelled.
struct Resolve::State {
  explicit State(Done callback) : done(std::move(callback)) {}

  void finish(Result<std::vector<Endpoint>> result) {
    if (done) std::exchange(done, nullptr)(std::move(result));
  }

  std::optional<tcp::resolver> resolver;  // none for a numeric host
  Done done;
};

namespace {

Result<std::vector<Endpoint>> read_results(const std::string& host, const boost::system::error_code& error,
                                           const tcp::resolver::results_type& results) {
  if (error) return std::unexpected{Error{from_asio(error), Phase::resolve, fmt::format("host {}", host)}};
  std::vector<Endpoint> endpoints;
  endpoints.reserve(results.size());
  for (const auto& entry : results) endpoints.push_back(entry.endpoint());
  return endpoints;
}

}  // namespace

Resolve::Resolve(Loop& loop, std::string host, std::uint16_t port, Done done)
    : state_(std::make_shared<State>(std::move(done))) {
  if (const auto numeric = numeric_endpoint(host, port)) {
    loop.post([state = state_, numeric] { state->finish(std::vector{*numeric}); });
    return;
  }
  // Without AI_ADDRCONFIG: it hides addresses of a family that has no route at the moment, and loopback-only machines.
  // An address that cannot be reached costs nothing, since the next one is tried at once.
  state_->resolver.emplace(loop.io());
  state_->resolver->async_resolve(host, std::to_string(port), tcp::resolver::numeric_service,
                                  [state = state_, host](const auto& error, const auto& results) {
                                    state->finish(read_results(host, error, results));
                                  });
}

Resolve::~Resolve() {
  state_->done = nullptr;
  state_->resolver.reset();
}

}  // namespace zenws::net

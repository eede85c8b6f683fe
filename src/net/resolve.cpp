// The system's resolver, asked again at every attempt.
#include "net/resolve.hpp"

#include <optional>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <fmt/format.h>

#include "net/resolver_pool.hpp"

namespace zenws::net {

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

// The pool's thread hands the answer to the loop, where an empty `done` tells that nobody waits any more.
struct Resolve::State final : ResolverPool::Asker, std::enable_shared_from_this<Resolve::State> {
  State(Loop& on, std::uint16_t to_port, Done callback)
      : loop(on.weak_from_this()), port(to_port), done(std::move(callback)), work(on.io().get_executor()) {}

  void answered(const Addresses& addresses) override {
    if (const auto alive = loop.lock()) {
      alive->post([self = shared_from_this(), addresses] { self->finish(addresses); });
    }
  }

  void finish(Addresses addresses) {
    work.reset();
    if (!done) return;
    if (addresses) {
      for (Endpoint& endpoint : *addresses) endpoint.port(port);
    }
    std::exchange(done, nullptr)(std::move(addresses));
  }

  const std::weak_ptr<Loop> loop;
  const std::uint16_t port;
  Done done;
  // The answer comes from outside: until then the caller's io_context has something to wait for.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
};

Resolve::Resolve(Loop& loop, const std::string& host, std::uint16_t port, Done done)
    : state_(std::make_shared<State>(loop, port, std::move(done))) {
  const auto numeric = numeric_endpoint(host, port);
  const Result<> asked = numeric ? Result<>{} : ResolverPool::shared().ask(host, state_);
  if (numeric) state_->answered(std::vector{*numeric});
  if (!asked) state_->answered(std::unexpected{asked.error()});
}

Resolve::~Resolve() {
  state_->done = nullptr;
  state_->work.reset();
}

}  // namespace zenws::net

// Attempts that start one after the other and race; the first to connect wins, the others are closed.
#include "net/tcp_connect.hpp"

#include <algorithm>
#include <cerrno>
#include <list>
#include <optional>
#include <string>
#include <utility>

#include "net/network.hpp"

namespace zenws::net {
namespace {

struct Failure {
  Endpoint endpoint;
  std::error_code error;
};

// How much a failure says about the server rather than about this machine's routes.
int weight(const std::error_code& error) {
  switch (error.value()) {
    case ENETUNREACH:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
      return 0;
    case EHOSTUNREACH:
      return 1;
    case ETIMEDOUT:
      return 2;
    default:
      return 3;
  }
}

Error make_error(const std::vector<Failure>& failures) {
  if (failures.empty()) return Error{errc::invalid_config, Phase::connect, "no address to connect to"};
  const auto telling = std::ranges::max_element(failures, {}, [](const Failure& f) { return weight(f.error); });
  const bool all_alike = std::ranges::all_of(failures, [&](const Failure& f) { return f.error == telling->error; });
  std::string detail;
  for (const Failure& failure : failures) {
    detail += (detail.empty() ? "" : "; ") + to_text(failure.endpoint);
    if (!all_alike) detail += ": " + failure.error.message();  // else the code says it
  }
  return Error{telling->error, Phase::connect, std::move(detail)};
}

}  // namespace

std::vector<Endpoint> interleave(const std::vector<Endpoint>& endpoints) {
  std::vector<Endpoint> first;  // of the family that the resolver prefers
  std::vector<Endpoint> second;
  for (const Endpoint& endpoint : endpoints) {
    (endpoint.family() == endpoints.front().family() ? first : second).push_back(endpoint);
  }
  std::vector<Endpoint> turns;
  turns.reserve(endpoints.size());
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) turns.push_back(first[i]);
    if (i < second.size()) turns.push_back(second[i]);
  }
  return turns;
}

// An empty `done` says that the race is over.
struct TcpConnect::State : std::enable_shared_from_this<TcpConnect::State> {
  State(Loop& on, std::vector<Endpoint> to, Done callback)
      : loop(on), endpoints(std::move(to)), done(std::move(callback)) {}

  // Not in the constructor: weak_from_this(). The first attempt is made here, as long as it ends later.
  void begin() {
    if (endpoints.size() > 1) {
      next_turn.emplace(loop.timers(), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->try_next();
      });
    }
    if (!endpoints.empty() && start(endpoints[next++])) return wait_for_turn();
    loop.post([self = shared_from_this()] { self->try_next(); });
  }

  void end() noexcept {
    done = nullptr;
    next_turn.reset();
    racing.clear();
  }

  void finish(Result<Reached> result) {
    auto callback = std::move(done);
    end();
    callback(std::move(result));
  }

  void try_next() {
    while (done && next < endpoints.size()) {
      if (start(endpoints[next++])) return wait_for_turn();
    }
    if (done && racing.empty()) finish(std::unexpected{make_error(failures)});
  }

  void wait_for_turn() {
    if (next < endpoints.size()) next_turn->arm(Clock::now() + attempt_delay);
  }

  struct Attempt {
    Endpoint endpoint;
    std::unique_ptr<Network::Task> task = nullptr;
  };
  using Racing = std::list<Attempt>;

  bool start(const Endpoint& endpoint) {
    const auto attempt = racing.insert(racing.end(), Attempt{endpoint});
    auto task = loop.network().connect(loop, endpoint, [this, attempt](Network::Or<Transport> transport) {
      connected(attempt, std::move(transport));
    });
    if (!task) {
      lose(attempt, task.error());
      return false;
    }
    attempt->task = *std::move(task);
    return true;
  }

  void connected(Racing::iterator attempt, Network::Or<Transport> transport) {
    if (transport) return finish(Reached{*std::move(transport), attempt->endpoint});
    lose(attempt, transport.error());
    try_next();
  }

  void lose(Racing::iterator attempt, const std::error_code& error) {
    failures.push_back({attempt->endpoint, error});
    racing.erase(attempt);
  }

  Loop& loop;
  std::vector<Endpoint> endpoints;
  Done done;
  std::size_t next = 0;
  Racing racing;
  std::vector<Failure> failures;
  std::optional<Timer> next_turn;
};

TcpConnect::TcpConnect(Loop& loop, std::vector<Endpoint> endpoints, Done done)
    : state_(std::make_shared<State>(loop, std::move(endpoints), std::move(done))) {
  state_->begin();
}

TcpConnect::~TcpConnect() { state_->end(); }

}  // namespace zenws::net

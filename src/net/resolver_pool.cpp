// The questions, who waits for each answer, and the threads that ask.
#include "net/resolver_pool.hpp"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <pthread.h>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/signals_blocked.hpp"

namespace zenws::net {

// Without AI_ADDRCONFIG: it hides addresses of a family that has no route at the moment, and loopback-only machines. An
// address that cannot be reached costs nothing, since the next one is tried at once.
Addresses look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (failure != 0) {
    const std::error_code system{errno, std::system_category()};
    const std::error_code code = failure == EAI_SYSTEM ? system : std::error_code{failure, resolver_category()};
    return std::unexpected{Error{code, Phase::resolve, fmt::format("host {}", host)}};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{found, &::freeaddrinfo};
  std::vector<Endpoint> endpoints;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (const auto endpoint = Endpoint::from(*entry->ai_addr)) endpoints.push_back(*endpoint);
  }
  return endpoints;
}

struct ResolverPool::State : std::enable_shared_from_this<State> {
  State(Limits at_most, LookUp how) : limits(at_most), look_up(std::move(how)) {}

  Result<> ask(const std::string& host, const std::weak_ptr<Asker>& asker);
  Result<> provide_thread();
  void serve();
  [[nodiscard]] std::vector<std::weak_ptr<Asker>> askers_of(const std::string& host);

  const Limits limits;
  const LookUp look_up;
  std::mutex mutex;
  std::condition_variable work;
  std::unordered_map<std::string, std::vector<std::weak_ptr<Asker>>> asked;  // guarded; by host, until it is answered
  std::deque<std::string> waiting;                                           // guarded; hosts that no thread has taken
  std::size_t threads = 0;                                                   // guarded
  std::size_t idle = 0;                                                      // guarded
};

Result<> ResolverPool::State::ask(const std::string& host, const std::weak_ptr<Asker>& asker) {
  const std::lock_guard lock{mutex};
  if (const auto open = asked.find(host); open != asked.end()) {
    // Those who gave up go first: a name that is asked again and again while its server is silent must not pile up.
    std::erase_if(open->second, [](const auto& other) { return other.expired(); });
    open->second.push_back(asker);
    return {};
  }
  if (waiting.size() >= limits.waiting) {
    return std::unexpected{Error{errc::queue_full, Phase::resolve, "too many names wait for the resolver"}};
  }
  if (Result<> served = provide_thread(); !served) return served;
  asked[host].push_back(asker);
  waiting.push_back(host);
  work.notify_one();
  return {};
}

// Under the mutex: somebody will take one question more.
Result<> ResolverPool::State::provide_thread() {
  if (idle > waiting.size() || threads >= limits.threads) return {};
  try {
    const SignalsBlocked blocked;
    std::thread thread{[self = shared_from_this()] { self->serve(); }};
    pthread_setname_np(thread.native_handle(), "zenws-resolver");
    thread.detach();
    ++threads;
  } catch (const std::system_error& failure) {
    if (threads == 0) return std::unexpected{Error{failure.code(), Phase::resolve, "no thread to resolve names on"}};
  }
  return {};
}

void ResolverPool::State::serve() {
  constexpr std::chrono::seconds longest_idle{10};
  std::unique_lock lock{mutex};
  for (;;) {
    ++idle;
    const bool has_work = work.wait_for(lock, longest_idle, [this] { return !waiting.empty(); });
    --idle;
    if (!has_work) break;
    const std::string host = std::move(waiting.front());
    waiting.pop_front();
    lock.unlock();
    const Addresses addresses = look_up(host);
    for (const auto& weak : askers_of(host)) {
      if (const auto asker = weak.lock()) asker->answered(addresses);
    }
    lock.lock();
  }
  --threads;
}

// Takes them: who asks from now on asks anew.
std::vector<std::weak_ptr<Asker>> ResolverPool::State::askers_of(const std::string& host) {
  const std::lock_guard lock{mutex};
  auto askers = std::move(asked.at(host));
  asked.erase(host);
  return askers;
}

ResolverPool& ResolverPool::shared() {
  static ResolverPool& pool = *new ResolverPool{{}, [](const std::string& host) { return net::look_up(host); }};
  return pool;
}

ResolverPool::ResolverPool(Limits limits, LookUp look_up)
    : state_(std::make_shared<State>(limits, std::move(look_up))) {}

Result<> ResolverPool::ask(const std::string& host, const std::weak_ptr<Asker>& asker) {
  return state_->ask(host, asker);
}

}  // namespace zenws::net

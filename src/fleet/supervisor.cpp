// Who its clients are, and how they begin and end together. What becomes of one of them decides its Child.
#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include <zenws/access.hpp>
#include <zenws/supervisor.hpp>

#include "base/latch.hpp"
#include "client/close_grace.hpp"
#include "fleet/child.hpp"

namespace zenws {

namespace {

using fleet::Child;

}  // namespace

class ClientSupervisor::State final : public Child::Owner, public std::enable_shared_from_this<State> {
 public:
  explicit State(decltype(SupervisorOptions::on_lifecycle) on_lifecycle) : on_lifecycle_{std::move(on_lifecycle)} {}

  Result<> start_fixed(std::vector<ChildSpec> specs);
  Result<Client> start_client(std::string_view url, Options options, ChildOptions supervision) override;
  void child_ended(const ClientRef& client) override;
  [[nodiscard]] std::optional<Client> client(std::uint64_t id) const;
  [[nodiscard]] std::optional<ClientRef> find(std::string_view name) const;
  [[nodiscard]] std::vector<ClientRef> list_clients() const;
  [[nodiscard]] std::vector<SupervisedClient> children() const;
  Result<> shutdown();
  [[nodiscard]] PoolRouter& pool() noexcept { return pool_; }

 private:
  struct Entry {
    Client client;
    std::shared_ptr<Child> child;
  };

  Result<Entry> make(std::string_view url, Options options, ChildOptions supervision, Child::Beginning beginning);
  Result<> enter(Entry entry);
  [[nodiscard]] std::optional<ClientRef> named(std::string_view name) const;
  [[nodiscard]] std::vector<Client> end();

  const Child::OnLifecycle on_lifecycle_;
  PoolRouter pool_{[this] { return list_clients(); }};
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Entry> children_;  // ids grow, so this is by age
  bool ended_ = false;
};

// ---- how they begin

auto ClientSupervisor::State::make(std::string_view url, Options options, ChildOptions supervision,
                                   Child::Beginning beginning) -> Result<Entry> {
  if (Result<> valid = fleet::validate(supervision); !valid) return std::unexpected{std::move(valid).error()};
  auto child = std::make_shared<Child>(weak_from_this(), std::move(supervision), options, beginning, on_lifecycle_);
  Result<Client> client = client::Access::create(url, std::move(options), child);
  if (!client) return std::unexpected{std::move(client).error()};
  return Entry{*std::move(client), std::move(child)};
}

// It is there before it starts: what happens to it from then on finds it.
Result<> ClientSupervisor::State::enter(Entry entry) {
  const std::lock_guard lock{mutex_};
  if (ended_) return std::unexpected{Error{errc::closed, Phase::none, "the supervisor has shut down"}};
  const std::string& name = entry.child->supervision().name;
  if (named(name)) {
    return std::unexpected{Error{errc::invalid_config, Phase::config, "there is a client named " + name}};
  }
  const std::uint64_t id = entry.client.id();
  children_.emplace(id, std::move(entry));
  return {};
}

Result<> ClientSupervisor::State::start_fixed(std::vector<ChildSpec> specs) {
  std::vector<Client> clients;
  for (ChildSpec& spec : specs) {
    auto entry = make(spec.url, std::move(spec.options), std::move(spec.supervision), Child::Beginning::may_fail);
    if (!entry) return std::unexpected{std::move(entry).error()};
    clients.push_back(entry->client);
    if (Result<> entered = enter(*std::move(entry)); !entered) return entered;
  }
  for (const Client& client : clients) client::Access::start(client, [](const Result<>&) {});
  return {};
}

Result<Client> ClientSupervisor::State::start_client(std::string_view url, Options options, ChildOptions supervision) {
  auto entry = make(url, std::move(options), std::move(supervision), Child::Beginning::must_open);
  if (!entry) return std::unexpected{std::move(entry).error()};
  Client client = entry->client;
  if (client.is_on_loop()) {
    return std::unexpected{
        Error{errc::would_deadlock, Phase::none, "start_client was called on the client's own loop"}};
  }
  if (Result<> entered = enter(*std::move(entry)); !entered) return std::unexpected{std::move(entered).error()};
  if (Result<> open = client::Access::start_and_wait(client); !open) return std::unexpected{std::move(open).error()};
  return client;
}

// ---- who they are

// Requires: the mutex is held.
std::optional<ClientRef> ClientSupervisor::State::named(std::string_view name) const {
  if (name.empty()) return std::nullopt;
  const auto found = std::ranges::find_if(
      children_, [name](const auto& entry) { return entry.second.child->supervision().name == name; });
  return found == children_.end() ? std::nullopt : std::optional{ClientRef{found->second.client}};
}

std::optional<Client> ClientSupervisor::State::client(std::uint64_t id) const {
  const std::lock_guard lock{mutex_};
  const auto found = children_.find(id);
  return found == children_.end() ? std::nullopt : std::optional{found->second.client};
}

std::optional<ClientRef> ClientSupervisor::State::find(std::string_view name) const {
  const std::lock_guard lock{mutex_};
  return named(name);
}

std::vector<ClientRef> ClientSupervisor::State::list_clients() const {
  const std::lock_guard lock{mutex_};
  std::vector<ClientRef> clients;
  clients.reserve(children_.size());
  for (const auto& [id, entry] : children_) clients.emplace_back(entry.client);
  return clients;
}

std::vector<SupervisedClient> ClientSupervisor::State::children() const {
  const std::lock_guard lock{mutex_};
  std::vector<SupervisedClient> children;
  children.reserve(children_.size());
  for (const auto& [id, entry] : children_) {
    const StateMetrics metrics = entry.client.get_state_metrics();
    children.push_back({.client = entry.client,
                        .supervision = entry.child->supervision(),
                        .state = metrics.state,
                        .restarts = metrics.restarts,
                        .last_error = entry.child->last_error()});
  }
  return children;
}

// ---- how they end

void ClientSupervisor::State::child_ended(const ClientRef& client) {
  std::unique_lock lock{mutex_};
  const auto ended = children_.extract(client.id());
  lock.unlock();  // the last handle may go now, and that runs code of the user's
}

std::vector<Client> ClientSupervisor::State::end() {
  const std::lock_guard lock{mutex_};
  ended_ = true;
  std::vector<Client> clients;
  clients.reserve(children_.size());
  for (const auto& [id, entry] : children_) clients.push_back(entry.client);
  return clients;
}

Result<> ClientSupervisor::State::shutdown() {
  const std::vector<Client> clients = end();
  const bool may_wait = std::ranges::none_of(clients, &Client::is_on_loop);
  std::chrono::milliseconds patience = client::close_grace;
  const Latch closed;
  Latch::Key key = closed.key();
  for (const Client& client : clients) {
    client::Access::close(client, 1000, {}, [key](const Result<>&) {});
    patience = std::max(patience, client::Access::options(client).close_timeout + client::close_grace);
  }
  if (!may_wait) return {};
  key.reset();
  if (closed.wait_until(Clock::now() + bounded(patience))) return {};
  return std::unexpected{Error{errc::timeout, Phase::close, "a loop is busy in a handler"}};
}

// ---- the handle

ClientSupervisor::ClientSupervisor(std::shared_ptr<State> state) noexcept : state_{std::move(state)} {}

ClientSupervisor::ClientSupervisor(ClientSupervisor&&) noexcept = default;

ClientSupervisor& ClientSupervisor::operator=(ClientSupervisor&& other) noexcept {
  if (state_) (void)state_->shutdown();
  state_ = std::move(other.state_);
  return *this;
}

ClientSupervisor::~ClientSupervisor() {
  if (state_) (void)state_->shutdown();
}

Result<ClientSupervisor> ClientSupervisor::create(SupervisorOptions options) {
  ClientSupervisor supervisor{std::make_shared<State>(std::move(options.on_lifecycle))};
  if (Result<> started = supervisor.state_->start_fixed(std::move(options.children)); !started) {
    return std::unexpected{std::move(started).error()};
  }
  return supervisor;
}

Result<Client> ClientSupervisor::start_client(std::string_view url, Options options, ChildOptions supervision) {
  return state_->start_client(url, std::move(options), std::move(supervision));
}

Result<> ClientSupervisor::stop_client(std::uint64_t id) {
  std::optional<Client> client = state_->client(id);
  if (!client) return std::unexpected{Error{errc::not_found, Phase::none, "no client " + std::to_string(id)}};
  return client->close();
}

std::vector<ClientRef> ClientSupervisor::list_clients() const { return state_->list_clients(); }

std::vector<SupervisedClient> ClientSupervisor::children() const { return state_->children(); }

std::optional<ClientRef> ClientSupervisor::find(std::string_view name) const { return state_->find(name); }

Result<ClientRef> ClientSupervisor::send_balanced(std::string_view text, const BalancedOptions& options) {
  return pool().send_balanced(text, options);
}

Result<Response> ClientSupervisor::request_balanced(std::string_view request, std::string_view params,
                                                    const BalancedOptions& options) {
  return pool().request_balanced(request, params, options);
}

PoolRouter& ClientSupervisor::pool() noexcept { return state_->pool(); }

Result<> ClientSupervisor::shutdown() { return state_->shutdown(); }

}  // namespace zenws

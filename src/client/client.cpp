// The handle: checks arguments, hands over to the Engine, waits where the call is a blocking one.
#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zenws/access.hpp>
#include <zenws/client.hpp>

#include "base/bytes.hpp"
#include "base/latch.hpp"
#include "client/close_grace.hpp"
#include "client/engine.hpp"
#include "client/state_metrics.hpp"
#include "ws/protocol.hpp"

namespace zenws {

namespace {

// Waits for a completion on another thread, without the two system calls of a std::promise. Requires: the function
// given to `start` is called or dropped.
template <class T, class Start>
Result<T> wait_for(Start&& start) {
  std::optional<Result<T>> ended;
  std::atomic<int> has_ended{0};  // an int: what the kernel waits for
  start(client::Completion<T>{[&](Result<T> result) {
    ended.emplace(std::move(result));
    has_ended = 1;
    has_ended.notify_one();  // asks the kernel by the address alone: it may be gone already
  }});
  if (World* const world = World::simulated()) {
    world->run_until([&] { return has_ended != 0; }, never);
  } else {
    has_ended.wait(0, std::memory_order_acquire);
  }
  return *std::move(ended);
}

// The one wait that may end first: what it waits in must then live on, and an atomic knows no time limit.
Result<> wait_for_close(client::Engine& engine, std::uint16_t code, std::string_view reason) {
  const Latch ended;
  const auto result = std::make_shared<Result<>>();
  engine.close(code, std::string{reason},
               client::Completion<void>{[result, key = ended.key()](Result<> how) { *result = std::move(how); }});
  if (ended.wait_until(Clock::now() + bounded(engine.options().close_timeout) + client::close_grace)) return *result;
  return std::unexpected{Error{errc::timeout, Phase::close, "the loop is busy in a handler"}};
}

Error from_the_loop(std::string_view call) {
  return Error{errc::would_deadlock, Phase::none, std::string{call} + " was called on the client's own loop"};
}

Error no_mailbox() {
  return Error{errc::invalid_config, Phase::config,
               "messages go to Options::handler; there is no mailbox to receive from"};
}

Result<> check_close(std::uint16_t code, std::string_view reason) {
  const bool allowed = code == 1000 || code == 1001 || (code >= 3000 && code <= 4999);
  if (!allowed) {
    return std::unexpected{Error{errc::invalid_config, Phase::close, "Close code must be 1000, 1001 or 3000-4999"}};
  }
  if (reason.size() > 123 || !ws::is_valid_utf8(as_bytes(reason))) {
    return std::unexpected{
        Error{errc::invalid_config, Phase::close, "Close reason must be UTF-8 of at most 123 bytes"}};
  }
  return {};
}

}  // namespace

struct Client::Handle {
  explicit Handle(std::shared_ptr<client::Engine> it) noexcept : engine{std::move(it)} {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { engine->let_go(); }

  const std::shared_ptr<client::Engine> engine;
};

Client::Client(std::shared_ptr<client::Engine> engine) : handle_{std::make_shared<Handle>(std::move(engine))} {}

Client::Client(std::shared_ptr<Handle> handle, std::uint64_t epoch) noexcept
    : handle_{std::move(handle)}, epoch_{epoch} {}

Result<Client> Client::connect(std::string_view url, Options options) {
  Result<Client> client = client::Access::create(url, std::move(options), nullptr);
  if (!client) return client;
  if (Result<> open = client::Access::start_and_wait(*client); !open) return std::unexpected{std::move(open).error()};
  return client;
}

Result<> Client::send_message(std::string_view text) {
  if (!ws::is_valid_utf8(as_bytes(text))) {
    return std::unexpected{
        Error{errc::invalid_utf8, Phase::open, "send_message takes UTF-8; use send_binary for bytes"}};
  }
  return handle_->engine->send(ws::Opcode::text, as_bytes(text), handle_->engine->line_of(epoch_));
}

Result<> Client::send_binary(std::span<const std::byte> bytes) {
  return handle_->engine->send(ws::Opcode::binary, bytes, handle_->engine->line_of(epoch_));
}

Result<> Client::ping() {
  client::Engine& engine = *handle_->engine;
  return engine.door().enqueue(ws::Opcode::ping, {}, engine.line_of(epoch_));
}

Result<Response> Client::request(std::string_view request, std::string_view params,
                                 std::optional<std::chrono::milliseconds> timeout) {
  client::Engine& engine = *handle_->engine;
  if (engine.is_loop_thread()) return std::unexpected{from_the_loop("request")};
  return wait_for<Response>([&](client::Completion<Response> completion) {
    (void)engine.request(request, params, timeout, std::move(completion), epoch_);
  });
}

Result<> Client::subscribe(std::vector<std::string> channels) {
  return handle_->engine->subscribe(std::move(channels), never, {});
}

Result<Subscribed> Client::subscribe_and_wait(std::vector<std::string> channels,
                                              std::optional<std::chrono::milliseconds> timeout) {
  client::Engine& engine = *handle_->engine;
  if (engine.is_loop_thread()) return std::unexpected{from_the_loop("subscribe_and_wait")};
  return wait_for<Subscribed>([&](client::Completion<Subscribed> completion) {
    const TimePoint deadline = Clock::now() + bounded(timeout.value_or(engine.options().request_timeout));
    (void)engine.subscribe(std::move(channels), deadline, std::move(completion));
  });
}

Result<> Client::unsubscribe(std::vector<std::string> channels) {
  return handle_->engine->unsubscribe(std::move(channels));
}

Result<> Client::rotate() { return handle_->engine->rotate(); }

Result<> Client::post(std::move_only_function<void()> f) { return handle_->engine->posted().post(std::move(f)); }

Result<PendingCall> Client::call_after(std::chrono::milliseconds delay, std::move_only_function<void()> f) {
  return handle_->engine->posted().call_after(delay, std::move(f));
}

bool Client::is_on_loop() const noexcept { return handle_->engine->is_loop_thread(); }

State Client::get_state() const noexcept { return handle_->engine->counters().state.load(std::memory_order_acquire); }

StateMetrics Client::get_state_metrics() const noexcept {
  const client::Engine& engine = *handle_->engine;
  return client::state_metrics_of(engine.counters(), engine.options(), engine.recording());
}

LatencyStats Client::get_latency_stats() const { return client::stats_of(handle_->engine->latency()); }

HeartbeatHealth Client::get_heartbeat_health() const noexcept {
  return client::heartbeat_health_of(handle_->engine->counters(), handle_->engine->options());
}

std::uint64_t Client::id() const noexcept { return handle_->engine->id(); }

Result<OwnedMessage> Client::receive(std::optional<std::chrono::milliseconds> timeout) {
  client::Engine& engine = *handle_->engine;
  if (engine.inbox() == nullptr) return std::unexpected{no_mailbox()};
  if (engine.is_loop_thread()) return std::unexpected{from_the_loop("receive")};
  return engine.inbox()->receive(timeout ? Clock::now() + bounded(*timeout) : never);
}

Result<> Client::close(std::uint16_t code, std::string_view reason) {
  if (Result<> allowed = check_close(code, reason); !allowed) return allowed;
  client::Engine& engine = *handle_->engine;
  if (engine.is_loop_thread()) {
    engine.close_here(code, reason);
    return {};
  }
  Result<> closed = wait_for_close(engine, code, reason);
  // A runtime that has ended took the client with it: closed it is.
  if (!closed && closed.error() == errc::closed) return {};
  return closed;
}

Result<Client> Client::reconnect() {
  const client::Engine& engine = *handle_->engine;
  if (engine.is_loop_thread()) return std::unexpected{from_the_loop("reconnect")};
  if (Result<> closed = close(); !closed) return std::unexpected{std::move(closed).error()};
  if (engine.supervision()) return engine.supervision()->connect_again(engine.target(), engine.settings().all());
  return connect(engine.target(), engine.settings().all());
}

ClientRef::ClientRef(const Client& client)
    : id_{client.id()}, epoch_{client.epoch_}, handle_{client.handle_}, engine_{client.handle_->engine} {}

std::optional<Client> ClientRef::lock() const {
  if (auto handle = handle_.lock()) return Client{std::move(handle), epoch_};
  return std::nullopt;
}

namespace client {

std::shared_ptr<const Engine> Access::engine(const ClientRef& client) noexcept {
  return client.handle_.expired() ? nullptr : client.engine_.lock();
}

ClientRef Access::on(ClientRef client, std::uint64_t epoch) noexcept {
  client.epoch_ = epoch;
  return client;
}

Result<Client> Access::create(std::string_view url, Options&& options, std::shared_ptr<Supervision> supervision) {
  Result<std::shared_ptr<Engine>> engine = Engine::create(url, std::move(options), std::move(supervision));
  if (!engine) return std::unexpected{std::move(engine).error()};
  return Client{*std::move(engine)};
}

void Access::start(const Client& client, Callback<void> open) {
  client.handle_->engine->start(client, Completion<void>{std::move(open)});
}

Result<> Access::start_and_wait(const Client& client) {
  Engine& engine = *client.handle_->engine;
  if (engine.is_loop_thread()) return std::unexpected{from_the_loop("connect")};
  return wait_for<void>([&](Completion<void> completion) { engine.start(client, std::move(completion)); });
}

Withdraw Access::connect(std::string_view url, Options options, Callback<Client> done) {
  Result<Client> client = create(url, std::move(options), nullptr);
  if (!client) {
    done(std::move(client));
    return {};
  }
  const Client& started = *client;
  start(started, [client = *client, done = std::move(done)](Result<> open) mutable {
    if (!open) return done(std::unexpected{std::move(open).error()});
    done(std::move(client));
  });
  return [engine = engine_of(started)] {
    if (const auto cancelled = engine.lock()) cancelled->close(1000, {}, Completion<void>{});
  };
}

const Options& Access::options(const Client& client) noexcept { return client.handle_->engine->options(); }

void Access::watch_end(const Client& client, std::weak_ptr<EndWatcher> watcher) {
  client.handle_->engine->watch_end(std::move(watcher));
}

std::weak_ptr<Engine> Access::engine_of(const Client& client) noexcept { return client.handle_->engine; }

// In each of these `client` may be gone, and with it all but what we keep, once `done` has been called: that may be on
// another thread, before we return.
Withdraw Access::receive(const Client& client, std::optional<std::chrono::milliseconds> timeout,
                         Callback<OwnedMessage> done) {
  const std::shared_ptr<Engine> engine = client.handle_->engine;
  if (engine->inbox() == nullptr) {
    done(std::unexpected{no_mailbox()});
    return {};
  }
  const std::uint64_t ticket =
      engine->inbox()->async_receive(timeout ? Clock::now() + bounded(*timeout) : never, std::move(done));
  return [weak = std::weak_ptr{engine}, ticket] {
    if (const auto from = weak.lock()) from->inbox()->forget(ticket);
  };
}

void Access::give_back(const std::weak_ptr<Engine>& to, OwnedMessage message) {
  if (const auto engine = to.lock()) engine->inbox()->give_back(std::move(message));
}

Withdraw Access::request(const Client& client, std::string_view request, std::string_view params,
                         std::optional<std::chrono::milliseconds> timeout, Callback<Response> done) {
  const std::shared_ptr<Engine> engine = client.handle_->engine;
  auto sent = engine->request(request, params, timeout, Completion<Response>{std::move(done)}, client.epoch_);
  if (!sent) return {};
  return [weak = std::weak_ptr{engine}, sent = *std::move(sent)] {
    if (const auto asked = weak.lock()) asked->cancel_request(sent);
  };
}

void Access::subscribe(const Client& client, std::vector<std::string> channels,
                       std::optional<std::chrono::milliseconds> timeout, Callback<Subscribed> done) {
  const std::shared_ptr<Engine> engine = client.handle_->engine;
  const TimePoint deadline = Clock::now() + bounded(timeout.value_or(engine->options().request_timeout));
  (void)engine->subscribe(std::move(channels), deadline, Completion<Subscribed>{std::move(done)});
}

void Access::close(const Client& client, std::uint16_t code, std::string_view reason, Callback<void> done) {
  if (Result<> allowed = check_close(code, reason); !allowed) return done(std::move(allowed));
  const std::shared_ptr<Engine> engine = client.handle_->engine;
  engine->close(code, std::string{reason}, Completion<void>{[done = std::move(done)](Result<> closed) mutable {
                  if (!closed && closed.error() == errc::closed) closed = {};
                  done(std::move(closed));
                }});
}

}  // namespace client

}  // namespace zenws

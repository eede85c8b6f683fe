// The public face: every call is carried out on the server's thread, or read from what that thread wrote down.
#include <algorithm>
#include <system_error>
#include <utility>

#include <zenws/testing/server.hpp>

#include "base/bytes.hpp"
#include "testing/state.hpp"
#include "ws/deflate_params.hpp"

namespace zenws::testing {

namespace {

// Making a thread or an event loop throws when the process has no threads or descriptors left.
Error at_a_limit(std::error_code code) { return Error{code, Phase::none, "the test server cannot be started"}; }

}  // namespace

std::vector<Reply> exact_echo(const ReceivedMessage& message) {
  return {{.binary = message.binary, .payload = message.payload}};
}

// From the server's own thread nothing can be waited for: the thread ends by itself once the script has returned.
void Server::State::stop() {
  Life expected = Life::running;
  if (!life_.compare_exchange_strong(expected, Life::stopping)) {
    if (!loop->is_this_thread()) life_.wait(Life::stopping);
    return;
  }
  run([this] { listener->close(); });
  runtime.reset();
  life_ = Life::stopped;
  life_.notify_all();
}

Server::Server(std::shared_ptr<State> state) : state_(std::move(state)) {}
Server::Server(Server&&) noexcept = default;

Server& Server::operator=(Server&& other) noexcept {
  if (this == &other) return *this;
  if (state_) stop();
  state_ = std::move(other.state_);
  return *this;
}

Server::~Server() {
  if (state_) stop();
}

Result<Server> Server::start(ServerOptions options) try {
  if (const Result<> valid = ws::check(options.compression); !valid) return std::unexpected{valid.error()};
  auto state = std::make_shared<State>();
  state->origin = (options.tls ? "wss://" : "ws://") + options.address;
  std::optional<Identity> identity;
  if (options.tls) {
    auto made = make_identity(options.certificate_host, options.certificate_expired);
    if (!made) return std::unexpected{made.error()};
    identity = *std::move(made);
  }
  if (options.runtime == nullptr) state->runtime = std::make_unique<Runtime>(1);
  auto loop = (options.runtime != nullptr ? *options.runtime : *state->runtime).next_loop();
  if (!loop) return std::unexpected{loop.error()};
  state->loop = *std::move(loop);
  if (identity) state->ca_pem = identity->ca_pem;
  Result<> opened;
  state->run([&] {
    auto listener = Listener::open(*state->loop, std::move(options), identity ? &*identity : nullptr);
    listener ? void(state->listener = *std::move(listener)) : void(opened = std::unexpected{listener.error()});
  });
  if (!opened) return std::unexpected{opened.error()};
  return Server{std::move(state)};
} catch (const std::system_error& thrown) {
  return std::unexpected{at_a_limit(thrown.code())};
}

std::string Server::url(std::string_view path) const {
  return state_->origin + ":" + std::to_string(port()) + std::string{path};
}
std::uint16_t Server::port() const noexcept { return state_->listener->port(); }
std::string Server::ca_pem() const { return state_->ca_pem; }

std::size_t Server::inject_message(std::string_view text, Which connection) {
  return state_->for_each_open(connection, [&](Connection& each) { each.send(ws::Opcode::text, as_bytes(text)); });
}

std::size_t Server::inject_binary(std::span<const std::byte> bytes, Which connection) {
  return state_->for_each_open(connection, [&](Connection& each) { each.send(ws::Opcode::binary, bytes); });
}

std::size_t Server::inject_ping(std::string_view payload, Which connection) {
  const auto allowed = as_bytes(payload.substr(0, ws::max_control_payload));
  return state_->for_each_open(connection, [&](Connection& each) { each.send(ws::Opcode::ping, allowed); });
}

std::size_t Server::inject_raw(std::string_view bytes, Which connection) {
  return state_->for_each_open(connection, [&](Connection& each) { each.send_raw(bytes); });
}

std::vector<ReceivedMessage> Server::received() const { return state_->listener->common()->ledger.messages(); }
std::uint64_t Server::received_count() const noexcept { return state_->listener->common()->ledger.count(); }
std::vector<std::string> Server::pongs() const { return state_->listener->common()->ledger.pongs(); }
std::vector<CloseReason> Server::closes() const { return state_->listener->common()->ledger.closes(); }
std::vector<UpgradeSeen> Server::upgrades() const { return state_->listener->common()->ledger.upgrades(); }
std::uint64_t Server::accepted() const noexcept { return state_->listener->common()->accepted; }
std::size_t Server::open_connections() const noexcept { return state_->listener->common()->open; }

std::size_t Server::simulate_disconnect(Disconnect how, Which connection) {
  return state_->for_each_open(connection, [&](Connection& each) { each.disconnect(how); });
}

void Server::set_faults(Faults faults) {
  state_->run([&] { state_->listener->set_faults(std::move(faults)); });
}

void Server::set_script(Script script) {
  state_->run([&] { state_->listener->set_script(std::move(script)); });
}

void Server::pause_reading(bool paused) {
  state_->for_each_open(std::nullopt, [&](Connection& each) { each.pause_reading(paused); });
}

void Server::call(const std::function<void()>& f) {
  state_->run([&f] { f(); });
}

void Server::call_after(std::chrono::milliseconds delay, std::function<void()> f) {
  state_->run([&] { state_->listener->call_after(delay, std::move(f)); });
}

void Server::stop_accepting() {
  state_->run([&] { state_->listener->close_door(); });
}

void Server::stop() {
  const auto state = state_;  // another thread may destroy this object as soon as the state says that it has stopped
  state->stop();
}

}  // namespace zenws::testing

// The listening socket, its TLS settings, and the set of connections.
#include "testing/listener.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/ssl.h>

#include "base/contain.hpp"
#include "base/logger.hpp"
#include "net/endpoint.hpp"
#include "net/tls_credentials.hpp"
#include "net/tls_wire.hpp"

namespace zenws::testing {

namespace {

using namespace std::chrono_literals;

// RFC 7301: http/1.1 when the client offers it; without an agreement the handshake goes on.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr std::array<unsigned char, 9> spoken{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, chosen_size, spoken.data(), spoken.size(), offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

Listener::Listener(net::Loop& loop, ServerOptions options)
    : loop_(loop),
      common_(std::make_shared<Common>(options.received_limit)),
      faults_(std::make_shared<const Faults>(std::move(options.faults))) {
  common_->script = std::make_shared<const Script>(std::move(options.script));
  common_->subprotocols = std::move(options.subprotocols);
  common_->compression = options.compression;
  common_->on_open = std::move(options.on_open);
  common_->on_end = std::move(options.on_end);
  common_->on_upgrade = std::move(options.on_upgrade);
  common_->on_ping = std::move(options.on_ping);
  common_->on_pong = std::move(options.on_pong);
}

Result<std::shared_ptr<Listener>> Listener::open(net::Loop& loop, ServerOptions options, const Identity* identity) {
  const std::string address = options.address;
  const std::uint16_t port = options.port;
  std::shared_ptr<Listener> listener{new Listener{loop, std::move(options)}};
  if (identity != nullptr) {
    if (const auto used = listener->use_tls(*identity); !used) return std::unexpected{used.error()};
  }
  if (const auto listens = listener->listen(address, port); !listens) return std::unexpected{listens.error()};
  return listener;
}

Result<> Listener::listen(const std::string& address, std::uint16_t port) {
  const auto refuse = [&](std::error_code code) {
    return std::unexpected{Error{code, Phase::none, "cannot listen on " + address + ":" + std::to_string(port)}};
  };
  const auto here = net::numeric_endpoint(address, port);
  if (!here || here->family() != AF_INET) return refuse(std::make_error_code(std::errc::invalid_argument));
  auto acceptor = loop_.network().listen(loop_, *here, [this](net::Network::Or<net::Transport> accepted) {
    if (accepted) return serve(*std::move(accepted));
    write_log(LogLevel::warning, "test server: accept: " + accepted.error().message());
  });
  if (!acceptor) return refuse(acceptor.error());
  acceptor_ = *std::move(acceptor);
  port_ = acceptor_->port();
  return {};
}

Result<> Listener::use_tls(const Identity& identity) {
  tls_.reset(SSL_CTX_new(TLS_server_method()));
  if (tls_ == nullptr) return std::unexpected{Error{net::take_openssl_error(), Phase::tls}};
  net::fit_to_wire(*tls_);
  SSL_CTX_set_min_proto_version(tls_.get(), TLS1_2_VERSION);
  SSL_CTX_set_alpn_select_cb(tls_.get(), &choose_protocol, nullptr);
  return net::load_identity(*tls_, {.certificate_pem = identity.certificate_pem, .key_pem = identity.key_pem});
}

std::unique_ptr<Channel> Listener::make_channel(std::unique_ptr<net::Transport> transport) const {
  if (tls_ == nullptr) return std::make_unique<Channel>(loop_, std::move(transport));
  auto tls = net::TlsTransport::serve(std::move(transport), *tls_);
  return tls ? std::make_unique<Channel>(loop_, *std::move(tls)) : nullptr;
}

void Listener::serve(std::unique_ptr<net::Transport> transport) {
  const std::uint64_t id = ++common_->accepted;
  if (faults_->accept_then_close) return;
  auto channel = make_channel(std::move(transport));
  if (channel == nullptr) return;
  auto forget = [weak = weak_from_this()](std::uint64_t ended) {
    if (const auto self = weak.lock()) self->connections_.erase(ended);
  };
  auto connection = std::make_shared<Connection>(loop_, std::move(channel),
                                                 Connection::Setup{id, common_, faults_, std::move(forget)});
  connections_.emplace(id, connection);
  connection->start();
}

void Listener::set_faults(Faults faults) { faults_ = std::make_shared<const Faults>(std::move(faults)); }

void Listener::set_script(Script script) { common_->script = std::make_shared<const Script>(std::move(script)); }

std::shared_ptr<Connection> Listener::find_open(std::uint64_t connection) const {
  const auto found = connections_.find(connection);
  return found != connections_.end() && found->second->is_open() ? found->second : nullptr;
}

std::vector<std::shared_ptr<Connection>> Listener::open_connections() const {
  std::vector<std::shared_ptr<Connection>> open;
  open.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) {
    if (connection->is_open()) open.push_back(connection);
  }
  return open;
}

void Listener::call_after(std::chrono::milliseconds delay, std::function<void()> f) {
  if (closed_) return;
  const auto timer = calls_.emplace(calls_.end());
  *timer = std::make_unique<net::Timer>(loop_.timers(), [this, timer, f = std::move(f)]() mutable {
    const std::function<void()> due = std::move(f);
    calls_.erase(timer);
    const auto called = contained(due);
    if (!called) write_log(LogLevel::error, "test server: what call_after() called threw: " + called.error().what);
  });
  (*timer)->arm(Clock::now() + std::clamp(delay, 0ms, Connection::longest_delay));
}

void Listener::close_door() { acceptor_.reset(); }

void Listener::close() {
  if (std::exchange(closed_, true)) return;
  close_door();
  calls_.clear();
  for (const auto& [id, connection] : std::exchange(connections_, {})) connection->close(false);
}

}  // namespace zenws::testing

// The listening socket, its TLS settings, and the set of connections.
#include "testing/listener.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <openssl/ssl.h>

#include "base/contain.hpp"
#include "base/logger.hpp"

namespace zenws::testing {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

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

// A program that a user's test starts must not keep our port, nor our connections open.
void keep_from_children(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

}  // namespace

Listener::Listener(net::Loop& loop, ServerOptions options)
    : loop_(loop),
      acceptor_(loop.io()),
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
    if (const error_code failure = listener->use_tls(*identity)) {
      return std::unexpected{Error{failure, Phase::tls, "the test certificate cannot be used"}};
    }
  }
  if (const error_code failure = listener->listen(address, port)) {
    return std::unexpected{Error{failure, Phase::none, "cannot listen on " + address + ":" + std::to_string(port)}};
  }
  return listener;
}

error_code Listener::listen(const std::string& address, std::uint16_t port) {
  error_code failure;
  const tcp::endpoint here{asio::ip::make_address_v4(address, failure), port};
  if (failure) return failure;
  acceptor_.open(here.protocol(), failure);
  if (!failure) keep_from_children(acceptor_.native_handle());
  // A restarted server finds its port free, although old connections linger in TIME_WAIT.
  if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address{true}, failure);
  if (!failure) acceptor_.bind(here, failure);
  if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
  if (!failure) port_ = acceptor_.local_endpoint(failure).port();
  return failure;
}

error_code Listener::use_tls(const Identity& identity) {
  tls_.emplace(asio::ssl::context::tls_server);
  error_code failure;
  tls_->use_certificate_chain(asio::buffer(identity.certificate_pem), failure);
  if (!failure) tls_->use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem, failure);
  SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_alpn_select_cb(tls_->native_handle(), &choose_protocol, nullptr);
  return failure;
}

void Listener::accept() {
  if (door_closed_) return;
  acceptor_.async_accept([self = shared_from_this()](error_code failure, tcp::socket socket) {
    self->on_accept(failure, std::move(socket));
  });
}

void Listener::on_accept(error_code failure, tcp::socket socket) {
  if (door_closed_) return;
  if (!failure) {
    serve(std::move(socket));
    return accept();
  }
  write_log(LogLevel::warning, "test server: accept: " + failure.message());
  if (!retry_) retry_.emplace(loop_.timers(), [this] { accept(); });
  retry_->arm(Clock::now() + 10ms);
}

void Listener::serve(tcp::socket socket) {
  keep_from_children(socket.native_handle());
  const std::uint64_t id = ++common_->accepted;
  if (faults_->accept_then_close) return;
  error_code gone_already;
  socket.set_option(tcp::no_delay{true}, gone_already);
  if (!gone_already) socket.non_blocking(true, gone_already);
  if (gone_already) return;
  auto channel = tls_ ? make_tls_channel(std::move(socket), *tls_) : make_plain_channel(loop_, std::move(socket));
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

void Listener::close_door() {
  if (std::exchange(door_closed_, true)) return;
  error_code ignored;
  acceptor_.close(ignored);
  retry_.reset();
}

void Listener::close() {
  if (std::exchange(closed_, true)) return;
  close_door();
  calls_.clear();
  for (const auto& [id, connection] : std::exchange(connections_, {})) connection->close(false);
}

}  // namespace zenws::testing

// How an SSL_CTX is made, how the far end is checked, and how contexts are shared.
#include "net/tls_context.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/clock.hpp"
#include "base/logger.hpp"
#include "net/certificate.hpp"
#include "net/endpoint.hpp"
#include "net/tls_credentials.hpp"
#include "net/tls_wire.hpp"

namespace zenws::net {
namespace {

struct Stamp {
  std::filesystem::file_time_type modified;
  std::uintmax_t size = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

std::vector<Stamp> stamps(const TlsOptions& options) {
  std::vector<Stamp> all;
  for (const std::string* path : {&options.ca_file, &options.certificate_file, &options.key_file}) {
    std::error_code ignored;  // a file that cannot be read is reported by who reads it
    Stamp stamp{std::filesystem::last_write_time(*path, ignored), std::filesystem::file_size(*path, ignored)};
    all.push_back(stamp);
  }
  return all;
}

// The contexts in use, and the last few used, so that a client that reconnects does not parse the trust store again.
class SharedContexts {
 public:
  Result<std::shared_ptr<const TlsContext>> get(const TlsOptions& options) {
    const auto now = stamps(options);
    const std::lock_guard lock{mutex_};
    std::erase_if(entries_, [](const Entry& entry) { return entry.context.expired(); });
    for (const Entry& entry : entries_) {
      auto found = entry.options == options && entry.files == now ? entry.context.lock() : nullptr;
      if (found != nullptr) return keep(std::move(found));
    }
    auto made = TlsContext::make(options);
    if (!made) return made;
    entries_.push_back({options, now, *made});
    return keep(*std::move(made));
  }

 private:
  struct Entry {
    TlsOptions options;
    std::vector<Stamp> files;
    std::weak_ptr<const TlsContext> context;
  };

  std::shared_ptr<const TlsContext> keep(std::shared_ptr<const TlsContext> context) {
    constexpr std::size_t most = 4;
    std::erase(recent_, context);
    recent_.push_front(context);
    if (recent_.size() > most) recent_.pop_back();
    return context;
  }

  std::mutex mutex_;
  std::vector<Entry> entries_;
  std::deque<std::shared_ptr<const TlsContext>> recent_;
};

std::unexpected<Error> openssl_failed(std::string what) {
  return std::unexpected{Error{take_openssl_error(), Phase::tls, std::move(what)}};
}

// RFC 6066 §3 and RFC 6125: neither has the root's dot; an IPv6 zone means something on this machine only.
std::string bare_name(std::string host) {
  if (host.ends_with('.')) host.pop_back();
  if (const auto zone = host.find('%'); zone != std::string::npos) host.resize(zone);
  return host;
}

bool is_address(const std::string& name) { return numeric_endpoint(name, 0).has_value(); }

bool expect_name(SSL& ssl, const std::string& name) {
  X509_VERIFY_PARAM* const check = SSL_get0_param(&ssl);
  if (is_address(name)) return X509_VERIFY_PARAM_set1_ip_asc(check, name.c_str()) == 1;
  if (name.starts_with('.')) return false;  // OpenSSL would take any subdomain for it
  // RFC 9525 §2: a name stands in subjectAltName; the common name says nothing.
  X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  // SSL_set_tlsext_host_name() without the cast that the macro has in it.
  void* const server_name = const_cast<char*>(name.c_str());
  return X509_VERIFY_PARAM_set1_host(check, name.data(), name.size()) == 1 &&
         SSL_ctrl(&ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, server_name) == 1;
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::shared(const TlsOptions& options) {
  // Never destroyed: loops of static runtimes may still dial while the process ends.
  static SharedContexts& contexts = *new SharedContexts;
  return contexts.get(options);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::make(const TlsOptions& options) {
  std::shared_ptr<TlsContext> context{new TlsContext{options}};
  if (auto ready = context->set_up(); !ready) return std::unexpected{ready.error()};
  return context;
}

TlsContext::TlsContext(const TlsOptions& options) : options_(options) {}

Result<> TlsContext::set_up() {
  ERR_clear_error();
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const context = context_.get();
  if (context == nullptr) return openssl_failed("SSL_CTX_new");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  fit_to_wire(*context);
  // Each client keeps its own last session, in its TlsTicket.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, session_made);
  SSL_CTX_set_app_data(context, this);
  constexpr unsigned char protocols[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context, protocols, sizeof protocols - 1);
  // The verdict is verify()'s alone, also when everything is to be accepted: pins hold even then.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify, this);
  if (auto loaded = load_trust(*context, options_); !loaded) return loaded;
  return load_identity(*context, options_);
}

// Called by OpenSSL within the handshake, before anything of ours is sent but the hello. A refusal ends it with an
// alert.
int TlsContext::verify(X509_STORE_CTX* chain, void* context) {
  const auto& self = *static_cast<const TlsContext*>(context);
  const auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  TlsPeer& peer = *static_cast<TlsPeer*>(SSL_get_app_data(ssl));
  const bool valid = X509_verify_cert(chain) > 0;
  if (X509* const own = X509_STORE_CTX_get0_cert(chain); own != nullptr) {
    X509_up_ref(own);
    peer.certificate.reset(own);
  }
  peer.verified = X509_STORE_CTX_get_error(chain);
  peer.rejected = !valid && !self.options_.insecure_skip_verify;
  if (!peer.rejected && !self.is_pinned(*chain, valid)) {
    peer.verified = X509_V_ERR_APPLICATION_VERIFICATION;
    peer.rejected = true;
    X509_STORE_CTX_set_error(chain, peer.verified);
  }
  return peer.rejected ? 0 : 1;
}

// Called by OpenSSL when the server has given what resumes by: at the end of a handshake of TLS 1.2, behind one of TLS
// 1.3. Keeps a copy: OpenSSL spoils its own when the connection ends without close_notify, the very case to resume
// after.
int TlsContext::session_made(SSL* ssl, SSL_SESSION* session) {
  const auto& self = *static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  TlsPeer& peer = *static_cast<TlsPeer*>(SSL_get_app_data(ssl));
  peer.ticket_came = true;
  if (peer.ticket != nullptr) {
    peer.ticket->keep(self.shared_from_this(), peer.expected, SslSessionPtr{SSL_SESSION_dup(session)});
  }
  return 0;  // the reference stays OpenSSL's
}

void TlsContext::handshake_done(SSL& ssl, TlsPeer& peer) const {
  if (SSL_session_reused(&ssl) != 1) return;
  peer.resumed = true;
  peer.certificate.reset(SSL_get1_peer_certificate(&ssl));
  peer.verified = static_cast<int>(SSL_get_verify_result(&ssl));
  // TLS 1.2 gives no new session with a resumed one: the same serves again.
  if (peer.ticket != nullptr && SSL_version(&ssl) < TLS1_3_VERSION) {
    peer.ticket->keep(shared_from_this(), peer.expected, SslSessionPtr{SSL_SESSION_dup(SSL_get0_session(&ssl))});
  }
}

// RFC 7469 §2.6: any key of the validated chain may be the pinned one; of a chain that was not validated, only the
// peer's own, which the handshake proves.
bool TlsContext::is_pinned(X509_STORE_CTX& chain, bool valid) const {
  const auto& pins = options_.pinned_spki_sha256;
  const auto matches = [&](const X509* certificate) {
    return certificate != nullptr && std::ranges::find(pins, spki_pin(*certificate)) != pins.end();
  };
  if (pins.empty() || matches(X509_STORE_CTX_get0_cert(&chain))) return true;
  const auto* certificates = valid ? X509_STORE_CTX_get0_chain(&chain) : nullptr;
  for (int i = 1; i < sk_X509_num(certificates); ++i) {
    if (matches(sk_X509_value(certificates, i))) return true;
  }
  return false;
}

Result<SslPtr> TlsContext::connection(const std::string& host, TlsPeer& peer) const {
  ERR_clear_error();
  peer.expected = bare_name(options_.server_name.empty() ? host : options_.server_name);
  SslPtr ssl{SSL_new(context_.get())};
  if (ssl == nullptr) return openssl_failed("SSL_new");
  if (!expect_name(*ssl, peer.expected)) {
    ERR_clear_error();
    return std::unexpected{
        Error{errc::invalid_config, Phase::tls, fmt::format("not a name for TLS: {}", peer.expected)}};
  }
  SSL_set_app_data(ssl.get(), &peer);
  if (peer.ticket != nullptr) {
    const SslSessionPtr session = peer.ticket->take(*this, peer.expected, wall_now());
    if (session != nullptr) SSL_set_session(ssl.get(), session.get());
  }
  SSL_set_connect_state(ssl.get());
  if (options_.insecure_skip_verify && has_logger()) {
    write_log(LogLevel::warning,
              fmt::format("the certificate of {} is not verified: insecure_skip_verify is set", peer.expected));
  }
  return ssl;
}

}  // namespace zenws::net

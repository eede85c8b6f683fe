#include "net/tls_ticket.hpp"

#include <ctime>
#include <utility>

#include "net/tls_context.hpp"

namespace zenws::net {

namespace {

bool has_valid_certificate(const SSL_SESSION& session, std::chrono::system_clock::time_point now) noexcept {
  // Reads only; the type just does not say so.
  const X509* const certificate = SSL_SESSION_get0_peer(const_cast<SSL_SESSION*>(&session));
  std::time_t at = std::chrono::system_clock::to_time_t(now);
  return certificate != nullptr && X509_cmp_time(X509_get0_notAfter(certificate), &at) > 0;
}

}  // namespace

void TlsTicket::keep(std::shared_ptr<const TlsContext> context, std::string name, SslSessionPtr session) noexcept {
  context_ = std::move(context);
  name_ = std::move(name);
  session_ = std::move(session);
}

SslSessionPtr TlsTicket::take(const TlsContext& context, std::string_view name,
                              std::chrono::system_clock::time_point now) noexcept {
  if (session_ == nullptr || context_.get() != &context || name_ != name) return nullptr;
  if (SSL_SESSION_is_resumable(session_.get()) != 1 || !has_valid_certificate(*session_, now)) return nullptr;
  return std::move(session_);
}

}  // namespace zenws::net

// Which row of the table an error is about.
#include "base/explain_table.hpp"

#include <algorithm>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace zenws {
namespace {

// With the catch-all row at its end.
std::span<const Row> table_of(Source source) noexcept {
  switch (source) {
    case Source::own:
      return own_rows();
    case Source::http:
      return http_rows();
    case Source::close:
      return close_rows();
    case Source::system:
      return system_rows();
    case Source::resolver:
      return resolver_rows();
    case Source::tls:
      return tls_rows();
    case Source::certificate:
      return certificate_rows();
  }
  return own_rows();
}

Match match_code(Source source, int code) noexcept {
  const Row* row = find_row(source, code);
  return {source, row != nullptr ? row : &other_row(source), row != nullptr};
}

// OpenSSL packs a library and a reason; the table lists reasons of the SSL library and knows the system's.
Match match_tls(std::error_code code, Phase phase) noexcept {
  const auto packed = static_cast<unsigned int>(code.value());
  if (ERR_SYSTEM_ERROR(packed)) return match_code(Source::system, ERR_GET_REASON(packed));
  const int reason = ERR_GET_REASON(packed);
  const bool is_alert = reason >= SSL_AD_REASON_OFFSET;
  // On a connection that is open the far end has proved that it speaks TLS: foreign bytes came in between.
  if (phase == Phase::open && !is_alert && reason != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return match_code(Source::tls, SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
  }
  if (ERR_GET_LIB(packed) == ERR_LIB_SSL) return match_code(Source::tls, reason);
  return {Source::tls, &other_row(Source::tls), false};
}

Match match_http(int status) noexcept {
  if (find_row(Source::http, status) != nullptr) return match_code(Source::http, status);
  return match_code(Source::http, status / 100 * 100);  // the family's row carries its first status
}

Match match_close(int code) noexcept {
  if (code < 3000) return match_code(Source::close, code);
  return match_code(Source::close, code / 1000 * 1000);  // RFC 6455 §7.4.2: ranges, listed by their first code
}

}  // namespace

std::span<const Row> rows_of(Source source) noexcept {
  const auto table = table_of(source);
  return table.first(table.size() - 1);
}

const Row& other_row(Source source) noexcept { return table_of(source).back(); }

const Row* find_row(Source source, int code) noexcept {
  const auto rows = rows_of(source);
  const auto found = std::ranges::find(rows, code, &Row::code);
  return found != rows.end() ? &*found : nullptr;
}

Match match_row(const Error& error) noexcept {
  const std::error_code code = error.code();
  if (error == errc::upgrade_rejected && error.http() != nullptr) return match_http(error.http()->status);
  if (error == errc::disconnected && error.close() != nullptr) return match_close(error.close()->code);
  if (code.category() == error_category()) return match_code(Source::own, code.value());
  if (code.category() == resolver_category()) return match_code(Source::resolver, code.value());
  if (code.category() == certificate_category()) return match_code(Source::certificate, code.value());
  if (code.category() == tls_category()) return match_tls(code, error.phase());
  if (code.category() == std::system_category() || code.category() == std::generic_category()) {
    return match_code(Source::system, code.value());
  }
  return {Source::system, &other_row(Source::system), false};  // somebody else's category: only its own words are known
}

}  // namespace zenws

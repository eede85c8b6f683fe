// The one table behind classify(), explain() and find_error(): a row for each code that people meet.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <zenws/error.hpp>

namespace zenws {

// Whose code it is.
enum class Source : std::uint8_t {
  own,          // errc
  http,         // status of a refused upgrade
  close,        // close code, RFC 6455 §7.4
  system,       // errno
  resolver,     // EAI_*
  tls,          // reason code of OpenSSL's SSL library, SSL_R_*
  certificate,  // X509_V_ERR_*
};
inline constexpr Source all_sources[] = {Source::own,      Source::http, Source::close,      Source::system,
                                         Source::resolver, Source::tls,  Source::certificate};

struct Row {
  int code;               // in the terms of its Source
  std::string_view name;  // as people look it up
  Severity severity;
  std::string_view message;     // what happened; no full stop, so that a detail can follow
  std::string_view suggestion;  // what to do, in whole sentences
  std::string_view anchor;      // heading in docs/guide/errors.md
};

// Each row but the last of the table, which stands for all other codes of the source.
[[nodiscard]] std::span<const Row> rows_of(Source source) noexcept;
// The row of exactly this code, or null.
[[nodiscard]] const Row* find_row(Source source, int code) noexcept;
// The row that stands for what the table does not list.
[[nodiscard]] const Row& other_row(Source source) noexcept;
// The row that says most about `error`: the status of a refused upgrade or the close code of a lost connection before
// the bare errc.
struct Match {
  Source source;
  const Row* row;  // never null
  bool is_listed;  // false: row is other_row(source)
};
[[nodiscard]] Match match_row(const Error& error) noexcept;

// The tables, one file a layer that fails.
[[nodiscard]] std::span<const Row> own_rows() noexcept;          // explain_table_own.cpp
[[nodiscard]] std::span<const Row> http_rows() noexcept;         // explain_table_peer.cpp
[[nodiscard]] std::span<const Row> close_rows() noexcept;        // explain_table_peer.cpp
[[nodiscard]] std::span<const Row> system_rows() noexcept;       // explain_table_system.cpp
[[nodiscard]] std::span<const Row> resolver_rows() noexcept;     // explain_table_system.cpp
[[nodiscard]] std::span<const Row> tls_rows() noexcept;          // explain_table_tls.cpp
[[nodiscard]] std::span<const Row> certificate_rows() noexcept;  // explain_table_tls.cpp

}  // namespace zenws

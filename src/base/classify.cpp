// Whether trying again can help: what the table says of the error, and what the phase says of codes it does not list.
#include <zenws/error.hpp>

#include "base/explain_table.hpp"

namespace zenws {

Severity classify(const Error& error) noexcept {
  const Match match = match_row(error);
  // Whatever breaks an open connection's transport or TLS is a drop; the next connection may well live.
  const bool is_drop = error.phase() == Phase::open && (match.source == Source::tls || match.source == Source::system);
  if (is_drop) return Severity::recoverable;
  return match.row->severity;
}

}  // namespace zenws

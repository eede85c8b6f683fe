// An error in words: the table's row, with what only this error knows.
#include <charconv>
#include <span>
#include <string>

#include <fmt/format.h>
#include <openssl/err.h>

#include <zenws/error.hpp>

#include "base/escape.hpp"
#include "base/explain_table.hpp"
#include "base/ignoring_case.hpp"

namespace zenws {
namespace {

std::string message_of(const Error& error, const Match& match) {
  std::string message{match.row->message};
  if (!match.is_listed && match.source != Source::http && match.source != Source::close) {
    message += fmt::format(" ({})", escape_controls(error.code().message()));
  }
  if (match.source == Source::http) message += fmt::format(" (HTTP {})", error.http()->status);
  if (match.source == Source::close) message += fmt::format(" (close {})", error.close()->code);
  if (match.source == Source::close && !error.close()->reason.empty()) {
    message += fmt::format(": {}", escape_controls(error.close()->reason));
  }
  if (says_more(error.detail(), match.row->message)) message += fmt::format(": {}", escape_controls(error.detail()));
  return message;
}

Error error_of(Source source, int code) {
  switch (source) {
    case Source::http:
      return Error{errc::upgrade_rejected, Phase::upgrade}.with_http({.status = code});
    case Source::close:
      return Error{errc::disconnected, Phase::open}.with_close({static_cast<std::uint16_t>(code), {}});
    case Source::system:
      return Error{{code, std::system_category()}};
    case Source::resolver:
      return Error{{code, resolver_category()}, Phase::resolve};
    case Source::certificate:
      return Error{{code, certificate_category()}, Phase::tls};
    case Source::tls:
      return Error{{static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, code)), tls_category()}, Phase::tls};
    case Source::own:
      break;
  }
  return Error{{code, error_category()}};
}

std::optional<Error> find_by_number(std::string_view digits) {
  int number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (number >= 200 && number <= 599) return error_of(Source::http, number);
  if (number >= 1000 && number <= 4999) return error_of(Source::close, number);
  return std::nullopt;
}

}  // namespace

Explanation explain(const Error& error) {
  const Match match = match_row(error);
  Explanation result{message_of(error, match), std::string{match.row->suggestion},
                     fmt::format("docs/guide/errors.md#{}", match.row->anchor)};
  if (const Error* cause = error.cause()) {
    const Explanation inner = explain(*cause);
    result.message += fmt::format("; the last error was: {}", inner.message);
    result.suggestion += fmt::format(" {}", inner.suggestion);
  }
  return result;
}

std::optional<Error> find_error(std::string_view code_or_name) {
  if (auto found = find_by_number(code_or_name)) return found;
  for (const Source source : all_sources) {
    for (const Row& row : rows_of(source)) {
      if (equal_ignoring_case(row.name, code_or_name)) return error_of(source, row.code);
    }
  }
  return std::nullopt;
}

}  // namespace zenws

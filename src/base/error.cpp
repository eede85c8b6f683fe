// What an Error carries beside its code, and how it reads in one line.
#include <utility>

#include <fmt/format.h>

#include <zenws/error.hpp>

#include "base/escape.hpp"
#include "base/ignoring_case.hpp"

namespace zenws {

struct Error::Detail {
  Phase phase = Phase::none;
  std::string text;
  std::optional<HttpResponse> http;
  std::optional<CloseReason> close;
  std::optional<Error> cause;
};

Error::Error(std::error_code code, Phase phase, std::string detail) : code_(code) {
  if (phase == Phase::none && detail.empty()) return;  // a bare code costs no allocation
  Detail fresh;
  fresh.phase = phase;
  fresh.text = std::move(detail);
  detail_ = std::make_shared<const Detail>(std::move(fresh));
}

Error::Error(errc code, Phase phase, std::string detail) : Error(make_error_code(code), phase, std::move(detail)) {}

Error::Error(std::error_code code, std::shared_ptr<const Detail> detail) noexcept
    : code_(code), detail_(std::move(detail)) {}

std::shared_ptr<Error::Detail> Error::copy_detail() const {
  return detail_ ? std::make_shared<Detail>(*detail_) : std::make_shared<Detail>();
}

Phase Error::phase() const noexcept { return detail_ ? detail_->phase : Phase::none; }

std::string_view Error::detail() const noexcept {
  return detail_ ? std::string_view{detail_->text} : std::string_view{};
}

const HttpResponse* Error::http() const noexcept { return detail_ && detail_->http ? &*detail_->http : nullptr; }

const CloseReason* Error::close() const noexcept { return detail_ && detail_->close ? &*detail_->close : nullptr; }

const Error* Error::cause() const noexcept { return detail_ && detail_->cause ? &*detail_->cause : nullptr; }

Error Error::with_http(HttpResponse answer) const {
  auto detail = copy_detail();
  detail->http = std::move(answer);
  return Error{code_, std::move(detail)};
}

Error Error::with_close(CloseReason reason) const {
  auto detail = copy_detail();
  detail->close = std::move(reason);
  return Error{code_, std::move(detail)};
}

Error Error::with_cause(Error cause) const {
  auto detail = copy_detail();
  detail->cause = std::move(cause);
  return Error{code_, std::move(detail)};
}

std::string_view to_string(Phase phase) noexcept {
  switch (phase) {
    case Phase::none:
      return "none";
    case Phase::config:
      return "config";
    case Phase::resolve:
      return "resolve";
    case Phase::connect:
      return "connect";
    case Phase::proxy:
      return "proxy";
    case Phase::tls:
      return "tls";
    case Phase::upgrade:
      return "upgrade";
    case Phase::open:
      return "open";
    case Phase::close:
      return "close";
  }
  return "unknown";
}

// Example: `upgrade: Upgrade refused by the server (HTTP 401 Unauthorized)`.
std::string to_string(const Error& error) {
  std::string line;
  if (error.phase() != Phase::none) line += fmt::format("{}: ", to_string(error.phase()));
  line += escape_controls(error.code().message());
  if (says_more(error.detail(), error.code().message())) line += fmt::format(": {}", escape_controls(error.detail()));
  if (const auto* http = error.http()) {
    line += fmt::format(" (HTTP {}{}{})", http->status, http->reason.empty() ? "" : " ", escape_controls(http->reason));
  }
  if (const auto* close = error.close()) {
    line +=
        fmt::format(" (close {}{}{})", close->code, close->reason.empty() ? "" : " ", escape_controls(close->reason));
  }
  if (const auto* cause = error.cause()) line += fmt::format("; last error: {}", to_string(*cause));
  return line;
}

}  // namespace zenws

// Deribit's errors in words. https://docs.deribit.com/#rpc-error-codes
#include <array>
#include <string>
#include <utility>

#include <zenws/adapters/deribit_calls.hpp>

#include "adapters/error_words.hpp"
#include "adapters/fields.hpp"

namespace zenws::adapters::deribit {

namespace {

// What people meet, with what to do; the text of any other is in the error's detail.
constexpr std::array<ErrorWords::Row, 22> words{{
    {-32700, "the request was not JSON"},
    {-32602, "a parameter is missing or wrong; the detail names it"},
    {-32601, "Deribit has no such method"},
    {-32600, "the request was not JSON-RPC"},
    {10000, "a login is needed"},
    {10003, "the order would trade with one of your own"},
    {10004, "there is no order of that id"},
    {10009, "not enough funds"},
    {10010, "the order is closed already"},
    {10012, "the book is closed"},
    {10028, "too many requests: wait, and send fewer; a RateLimiter does"},
    {10040, "Deribit cannot do it now: try again"},
    {10041, "settlement is in progress: try again in some seconds"},
    {10043, "the price is not a multiple of the tick size"},
    {11044, "the order is not open any more"},
    {11051, "Deribit is under maintenance"},
    {11054, "the order would have traded at once, and reject_post_only is set"},
    {11098, "the account is locked"},
    {13004, "the client id or secret is wrong; keys of test.deribit.com and www.deribit.com differ"},
    {13009, "the token is wrong, has expired or lacks the scope for this"},
    {13020, "there is no such instrument"},
    {13778, "raw channels need a login"},
}};

}  // namespace

const std::error_category& error_category() noexcept {
  static const ErrorWords category{"zenws.deribit", words, "Deribit refused the request"};
  return category;
}

Error error_of(const simdjson::dom::element& answer) {
  const auto error = Fields{answer}.field("error");
  if (!error) return Error{errc::protocol_error, Phase::open, "an answer with neither result nor error"};
  const Fields fields{*error};
  const auto code = static_cast<int>(fields.integer("code"));
  std::string detail = std::to_string(code) + ": " + fields.text("message");
  if (const auto data = fields.field("data")) {
    const std::string param = Fields{*data}.text("param");
    const std::string reason = Fields{*data}.text("reason");
    if (!param.empty()) detail += ", " + param;
    if (!reason.empty()) detail += ": " + reason;
  }
  return Error{std::error_code{code, error_category()}, Phase::open, std::move(detail)};
}

}  // namespace zenws::adapters::deribit

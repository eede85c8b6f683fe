// Binance's errors in words. https://developers.binance.com/docs/binance-spot-api-docs/errors; those of streams, 0 to
// 3: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, "Error Messages"
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <zenws/adapters/binance_api.hpp>

#include "adapters/error_words.hpp"
#include "adapters/fields.hpp"

namespace zenws::adapters::binance {

namespace {

// What people meet, with what to do; the text of any other is in the error's detail.
constexpr std::array<ErrorWords::Row, 18> words{{
    {0, "there is no such property"},
    {1, "a property's value has the wrong type"},
    {2, "the request is malformed; the detail tells where"},
    {3, "the request was not JSON"},
    {-1001, "Binance cannot do it now: try again"},
    {-1002, "the key may not do this"},
    {-1003, "too much request weight: wait, and ask less; streams cost nothing"},
    {-1008, "Binance is overloaded: try again in some minutes"},
    {-1015, "too many orders: wait"},
    {-1020, "Binance does not support this"},
    {-1021, "the request's time is outside of its recvWindow: set the clock"},
    {-1022, "the signature is wrong"},
    {-1102, "a parameter is missing or malformed; the detail names it"},
    {-1121, "there is no such symbol"},
    {-1130, "a parameter's value is not allowed; the detail names it"},
    {-1135, "the request was not JSON"},
    {-2014, "the API key is malformed"},
    {-2015, "the API key, its address or its permissions are wrong for this"},
}};

// nullopt: no code of the library's says the same.
std::optional<errc> code_for(std::int64_t status, int code) {
  constexpr std::array too_many{-1003, -1015};
  constexpr std::array refused_keys{-1002, -1022, -2014, -2015};
  if (status == 418 || status == 429 || std::ranges::find(too_many, code) != too_many.end()) return errc::rate_limited;
  if (std::ranges::find(refused_keys, code) != refused_keys.end()) return errc::unauthorized;
  return std::nullopt;
}

}  // namespace

const std::error_category& error_category() noexcept {
  static const ErrorWords category{"zenws.binance", words, "Binance refused the request"};
  return category;
}

Error error_of(const simdjson::dom::element& answer) {
  const auto error = Fields{answer}.field("error").value_or(answer);
  const Fields fields{error};
  if (!fields.field("code")) return Error{errc::protocol_error, Phase::open, "an answer with neither result nor error"};
  const auto code = static_cast<int>(fields.integer("code"));
  std::string detail = std::to_string(code) + ": " + fields.text("msg");
  Error own{std::error_code{code, error_category()}, Phase::open, detail};
  const auto known = code_for(Fields{answer}.integer("status"), code);
  return known ? Error{*known, Phase::open, std::move(detail)}.with_cause(own) : own;
}

}  // namespace zenws::adapters::binance

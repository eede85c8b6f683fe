// What venues charge for a request, by its method.
#include <string>

#include <zenws/rate_limiter.hpp>

#include "json/outgoing.hpp"

namespace zenws::rate_cost {

std::uint64_t deribit(std::string_view request) {
  const std::string method = json::method_of(request).value_or(std::string{});
  if (method.starts_with("public/")) return 1;
  if (method.starts_with("private/set_")) return 10;
  if (method == "private/buy" || method == "private/sell") return 15;
  return 5;  // private/get_… too
}

std::uint64_t binance(std::string_view request) { return json::method_of(request) == "klines" ? 2 : 1; }

std::uint64_t simple(std::string_view /*request*/) { return 1; }

std::uint64_t by_dialect(std::string_view /*request*/) { return 1; }

}  // namespace zenws::rate_cost

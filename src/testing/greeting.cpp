// The answer to an upgrade request (RFC 6455 §4.2.2), right or wrong on purpose.
#include "testing/greeting.hpp"

#include <algorithm>

#include "ws/http_head.hpp"

namespace zenws::testing {

namespace {

std::string choose_subprotocol(const std::vector<std::string>& offered, const std::vector<std::string>& spoken) {
  const auto chosen = std::ranges::find_first_of(offered, spoken);
  return chosen == offered.end() ? std::string{} : *chosen;
}

}  // namespace

Greeting greet(ws::ClientHello hello, const Faults& faults, const std::vector<std::string>& spoken,
               const Compression& compression) {
  if (faults.refuse_upgrade) return {false, ws::make_http_answer(*faults.refuse_upgrade)};
  const std::string subprotocol =
      faults.force_subprotocol.empty() ? choose_subprotocol(hello.subprotocols, spoken) : faults.force_subprotocol;
  // The accept key of another request: well formed, and wrong.
  if (faults.wrong_accept_key) hello.key = ws::make_key();
  const auto deflate = ws::choose_deflate(ws::elements_of(hello.headers, "Sec-WebSocket-Extensions"), compression);
  std::vector<Header> extra;
  if (deflate) extra.push_back({.name = "Sec-WebSocket-Extensions", .value = ws::deflate_answer(*deflate)});
  return {true, ws::make_upgrade_answer(hello, subprotocol, extra) + faults.raw_after_upgrade, deflate};
}

}  // namespace zenws::testing

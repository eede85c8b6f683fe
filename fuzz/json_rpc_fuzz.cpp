// Any JSON as a message: every reader of JSON-RPC and of venues' languages agrees on what it is, reads it twice alike,
// and confirms nothing that was not asked. Any bytes as a request's parts: it is well-formed or refused.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <simdjson.h>

#include <zenws/dialect.hpp>
#include <zenws/json_rpc.hpp>

#include "json/outgoing.hpp"
#include "json/parser.hpp"
#include "support/exact_bytes.hpp"
#include "ws/protocol.hpp"

namespace {

using namespace zenws;  // NOLINT(google-build-using-namespace): a program of one file

void expect(bool condition) {
  if (!condition) std::abort();
}

class PlainDialect final : public Dialect {
 public:
  [[nodiscard]] std::string subscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
};

// A reply settles a request: then it must say how that went.
void check_match(const simdjson::dom::element& message) {
  const json_rpc::Match match = json_rpc::match_response(message);
  const auto reply = json::reply_id(message);
  if (const auto* success = std::get_if<json_rpc::Success>(&match)) {
    expect(reply == success->id && success->result().type() == message["result"].type());
  } else if (const auto* failure = std::get_if<json_rpc::Failure>(&match)) {
    expect(reply ? reply == failure->id : failure->id == RequestIdView{0});
  } else {
    expect(!reply);
  }
}

void check_dialect(const Dialect& dialect, const simdjson::dom::element& message,
                   const std::vector<std::string>& asked) {
  const Reading first = dialect.read(message);
  const std::string channel{first.channel};
  const Reading second = dialect.read(message);
  expect(first.kind == second.kind && first.id == second.id && second.channel == channel);
  expect((first.kind == Reading::Kind::reply) == first.id.has_value());
  expect((first.kind == Reading::Kind::update) == !channel.empty());
  const SubscribeAnswer answer = dialect.answer(message, asked);
  const std::set<std::string> confirmed{answer.confirmed.begin(), answer.confirmed.end()};
  expect(confirmed.size() == answer.confirmed.size());
  for (const std::string& name : confirmed) expect(std::ranges::find(asked, name) != asked.end());
  expect(answer.reason.empty() == (confirmed.size() == asked.size()));
}

void check_message(std::string_view text) {
  const test::ExactBytes message{text, ws::text_padding};
  const simdjson::dom::element* const value = json::parse(message.text());
  if (value == nullptr) return;
  check_match(*value);
  static const std::array<std::shared_ptr<const Dialect>, 4> dialects{
      std::make_shared<PlainDialect>(), Dialect::deribit(), Dialect::binance(), Dialect::json_rpc("a", "b")};
  const std::vector<std::string> asked{"a", "deribit_price_index.btc_usd", ""};
  for (const auto& dialect : dialects) check_dialect(*dialect, *value, asked);
}

// Whatever goes in, what comes out is one JSON object with the id that was given.
void check_request(std::string_view text) {
  const test::ExactBytes part{text};
  const std::string channel{text};
  if (const auto request = json_rpc::build_request("m", part.text(), 7))
    expect(json::request_id(*request, json::id_of_call) == RequestId{7});
  if (const auto request = json_rpc::build_request(part.text(), "[]", RequestId{channel})) {
    expect(json::request_id(*request, json::id_of_call) == RequestId{channel});
  }
  for (const auto& dialect : {Dialect::deribit(), Dialect::binance(), Dialect::json_rpc(channel, channel)}) {
    expect(json::request_id(dialect->subscribe({&channel, 1}, 7), json::id_of_call) == RequestId{7});
    expect(json::request_id(dialect->unsubscribe({&channel, 1}, 7), json::id_of_call) == RequestId{7});
  }
  const auto id = json::request_id(part.text(), json::id_of_call);
  expect(id || id.error() == errc::invalid_config);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_message(text);
  check_request(text);
  return 0;
}

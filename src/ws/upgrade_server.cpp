// The server's half of the opening handshake: the request it accepts and the answers it gives (RFC 6455 §4.2).
#include <algorithm>
#include <limits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "ws/http_head.hpp"
#include "ws/upgrade.hpp"

namespace zenws::ws {
namespace {

namespace http = boost::beast::http;

std::string reason_of(int status) {
  return std::string{http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)))};
}

// `why` is for the peer's people: the answer's body and the error's detail.
std::unexpected<Error> refuse(int status, std::string why, std::vector<Header> headers = {}) {
  HttpResponse answer{.status = status, .reason = reason_of(status), .headers = std::move(headers), .body = why + "\n"};
  return std::unexpected(Error{errc::upgrade_rejected, Phase::upgrade, std::move(why)}.with_http(std::move(answer)));
}

// §4.1: "a nonce consisting of a randomly selected 16-byte value that has been base64-encoded".
bool is_key(std::string_view key) noexcept {
  constexpr std::string_view last = "AQgw";  // 128 bits leave two in the 22nd digit; the other four are zero
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return key.size() == 24 && key.find_first_not_of(digits) == 22 && key.ends_with("==") && last.contains(key[21]);
}

// §4.2.1: "The client's opening handshake consists of the following parts", numbered as there.
Result<ClientHello> judge(const http::request_header<>& request, std::vector<Header> headers) {
  // 1. "An HTTP/1.1 or higher GET request"
  if (request.method() != http::verb::get) {
    return refuse(405, "the method of an upgrade is GET", {{.name = "Allow", .value = "GET"}});
  }
  if (request.version() < 11) return refuse(400, "an upgrade needs HTTP/1.1");
  // 2. "A |Host| header field"
  if (values_of(headers, "Host").size() != 1) return refuse(400, "an upgrade has one Host header");
  // 3. "An |Upgrade| header field containing the value "websocket""
  if (!has_element(headers, "Upgrade", "websocket")) {
    // RFC 9110 §15.5.22: "The server MUST send an Upgrade header field in a 426 response".
    return refuse(426, "this is a WebSocket server", {{.name = "Upgrade", .value = "websocket"}});
  }
  // 4. "A |Connection| header field that includes the token "Upgrade""
  if (!has_element(headers, "Connection", "Upgrade")) return refuse(400, "the Connection header has no token Upgrade");
  // 5. "A |Sec-WebSocket-Key| header field with a base64-encoded value that, when decoded, is 16 bytes in length."
  const auto keys = values_of(headers, "Sec-WebSocket-Key");
  if (keys.size() != 1 || !is_key(keys[0])) return refuse(400, "Sec-WebSocket-Key is not 16 bytes in base64");
  // 6. "A |Sec-WebSocket-Version| header field, with a value of 13."
  const auto versions = values_of(headers, "Sec-WebSocket-Version");
  if (versions.size() != 1 || versions[0] != "13") {
    // §4.4: "… MUST respond with a |Sec-WebSocket-Version| header field containing all versions it is willing to use".
    return refuse(426, "Sec-WebSocket-Version is not 13",
                  {{.name = "Upgrade", .value = "websocket"}, {.name = "Sec-WebSocket-Version", .value = "13"}});
  }
  ClientHello hello{.target = request.target(), .headers = {}, .key = std::string{keys[0]}, .subprotocols = {}};
  // 8. "Optionally, a |Sec-WebSocket-Protocol| header field"; §11.3.4 lets a request have several.
  for (const std::string_view name : elements_of(headers, "Sec-WebSocket-Protocol"))
    hello.subprotocols.emplace_back(name);
  hello.headers = std::move(headers);
  return hello;
}

Result<ClientHello> parse(std::string_view head) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // HeadCollector has the limit
  boost::beast::error_code ec;
  parser.put(boost::asio::buffer(head), ec);
  // Beast wants more also of some heads that are over.
  if ((ec && ec != http::error::need_more) || !parser.is_header_done())
    return refuse(400, "the request is not valid HTTP/1.1: " + ec.message());
  // What follows the head must be frames.
  if (parser.chunked() || parser.content_length().value_or(0) != 0) return refuse(400, "an upgrade has no body");
  std::vector<Header> headers = to_headers(parser.get().base());
  if (headers.size() > max_header_count) return refuse(431, "the request has more than 100 headers");
  return judge(parser.get().base(), std::move(headers));
}

}  // namespace

struct UpgradeRequestReader::State {
  HeadCollector head;
  std::span<const std::byte> rest;
};

UpgradeRequestReader::UpgradeRequestReader() : state_(std::make_unique<State>()) {}
UpgradeRequestReader::~UpgradeRequestReader() = default;

std::optional<Result<ClientHello>> UpgradeRequestReader::feed(std::span<const std::byte> bytes) {
  const HeadCollector::Status status = state_->head.feed(bytes);
  if (status == HeadCollector::Status::need_more) return std::nullopt;
  if (status == HeadCollector::Status::too_large) return refuse(431, "the request has more than 64 KiB of headers");
  state_->rest = bytes;
  return parse(state_->head.text());
}

std::span<const std::byte> UpgradeRequestReader::rest() const noexcept { return state_->rest; }

std::string make_upgrade_answer(const ClientHello& hello, std::string_view subprotocol,
                                const std::vector<Header>& extra) {
  std::string text = "HTTP/1.1 101 Switching Protocols\r\n";
  append_header(text, "Upgrade", "websocket");
  append_header(text, "Connection", "Upgrade");
  append_header(text, "Sec-WebSocket-Accept", accept_key(hello.key));
  if (!subprotocol.empty()) append_header(text, "Sec-WebSocket-Protocol", subprotocol);
  for (const Header& header : extra) append_header(text, header.name, header.value);
  return text.append("\r\n");
}

std::string make_http_answer(const HttpResponse& answer) {
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " " +
                     (answer.reason.empty() ? reason_of(answer.status) : answer.reason) + "\r\n";
  for (const Header& header : answer.headers) append_header(text, header.name, header.value);
  append_header(text, "Content-Length", std::to_string(answer.body.size()));
  append_header(text, "Connection", "close");
  return text.append("\r\n").append(answer.body);
}

}  // namespace zenws::ws

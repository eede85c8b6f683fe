// The client's half of the opening handshake: the request it sends and the answer it accepts (RFC 6455 §4.1).
#include <algorithm>
#include <limits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/ignoring_case.hpp"
#include "ws/http_body.hpp"
#include "ws/http_head.hpp"
#include "ws/upgrade.hpp"

namespace zenws::ws {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

using ResponseParser = http::response_parser<http::empty_body>;

Error bad_accept(const char* rule) { return Error{errc::bad_accept, Phase::upgrade, rule}; }
Error not_http(std::string what) { return Error{errc::protocol_error, Phase::upgrade, std::move(what)}; }

// §4.1: "the client MUST validate the server's response as follows", after the status code.
Result<UpgradeAnswer> accept(std::vector<Header> headers, const UpgradeRequest& request,
                             std::string_view wanted_accept) {
  // 2. "If the response lacks an |Upgrade| header field or the |Upgrade| header field contains a value that is not an
  //    ASCII case-insensitive match for the value "websocket", the client MUST _Fail the WebSocket Connection_."
  const auto upgrade = values_of(headers, "Upgrade");
  if (upgrade.empty() || !std::ranges::all_of(upgrade, [](auto v) { return equal_ignoring_case(v, "websocket"); })) {
    return std::unexpected(bad_accept("RFC 6455 §4.1: the answer's Upgrade header is not \"websocket\""));
  }
  // 3. "If the response lacks a |Connection| header field or the |Connection| header field doesn't contain a token that
  //    is an ASCII case-insensitive match for the value "Upgrade" …"
  if (!has_element(headers, "Connection", "Upgrade")) {
    return std::unexpected(bad_accept("RFC 6455 §4.1: the answer's Connection header has no token \"Upgrade\""));
  }
  // 4. "If the response lacks a |Sec-WebSocket-Accept| header field or the |Sec-WebSocket-Accept| contains a value
  // other
  //    than the base64-encoded SHA-1 …". §11.3.3: it must not appear more than once.
  const auto accepted = values_of(headers, "Sec-WebSocket-Accept");
  if (accepted.size() != 1 || accepted[0] != wanted_accept) {
    return std::unexpected(bad_accept("RFC 6455 §4.1: the answer's Sec-WebSocket-Accept does not match the key sent"));
  }
  // 5. "If the response includes a |Sec-WebSocket-Extensions| header field and this header field indicates the use of
  // an
  //    extension that was not present in the client's handshake …"
  const auto deflate = accept_deflate(elements_of(headers, "Sec-WebSocket-Extensions"), request.compression);
  if (!deflate) return std::unexpected(deflate.error());
  // 6. "If the response includes a |Sec-WebSocket-Protocol| header field and this header field indicates the use of a
  //    subprotocol that was not present in the client's handshake …". §11.3.4: it must not appear more than once.
  const auto chosen = values_of(headers, "Sec-WebSocket-Protocol");
  if (chosen.size() > 1 ||
      (chosen.size() == 1 && std::ranges::find(request.subprotocols, chosen[0]) == request.subprotocols.end())) {
    return std::unexpected(bad_accept("RFC 6455 §4.1: the server chose a subprotocol that was not offered"));
  }
  std::string subprotocol{chosen.empty() ? std::string_view{} : chosen[0]};
  return UpgradeAnswer{.subprotocol = std::move(subprotocol), .headers = std::move(headers), .deflate = *deflate};
}

// RFC 9112 §6.3: how the body of an answer to GET is framed.
BodyPrefix body_of(const ResponseParser& parser) {
  const unsigned status = parser.get().result_int();
  if (status == 204 || status == 304) return BodyPrefix{BodyPrefix::Framing::length, 0};
  if (parser.chunked()) return BodyPrefix{BodyPrefix::Framing::chunked};
  if (const auto length = parser.content_length()) return BodyPrefix{BodyPrefix::Framing::length, *length};
  return BodyPrefix{BodyPrefix::Framing::until_end};
}

bool begins_with_blank(std::string_view line) { return line.starts_with(' ') || line.starts_with('\t'); }

bool is_length_field(std::string_view line) {
  const std::string_view name = line.substr(0, line.find(':'));
  return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding");
}

// A head that other clients take, as Beast wants it. RFC 9112 §2.2: "a recipient MAY recognize a single LF as a line
// terminator"; §4: the reason phrase may be missing; §6.3: a 1xx ends with its head "regardless of the header fields".
std::string well_formed(std::string_view head) {
  constexpr std::size_t status_size = std::string_view{"HTTP/1.1 101"}.size();
  const bool is_interim = head.size() > status_size && head[status_size - 3] == '1';
  std::string text;
  text.reserve(head.size() + 1);
  bool dropping = false;
  for (std::size_t begin = 0; begin < head.size();) {
    const std::size_t end = std::min(head.find('\n', begin), head.size());
    std::string_view line = head.substr(begin, end - begin);
    begin = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    dropping = is_interim && (is_length_field(line) || (dropping && begins_with_blank(line)));  // folded lines too
    if (dropping) continue;
    const bool lacks_space = text.empty() && line.size() == status_size;
    text.append(line).append(lacks_space ? " \r\n" : "\r\n");
  }
  return text;
}

}  // namespace

UpgradeRequest make_upgrade_request(const Url& url, const std::vector<Header>& headers,
                                    const std::vector<std::string>& subprotocols, const Compression& compression) {
  UpgradeRequest request{.key = make_key(),
                         .subprotocols = subprotocols,
                         .text = "GET " + url.target + " HTTP/1.1\r\n",
                         .compression = compression};
  append_header(request.text, "Host", url.host_header);
  append_header(request.text, "Upgrade", "websocket");
  append_header(request.text, "Connection", "Upgrade");
  append_header(request.text, "Sec-WebSocket-Key", request.key);
  append_header(request.text, "Sec-WebSocket-Version", "13");
  if (!subprotocols.empty()) {
    std::string offered;
    for (const std::string& subprotocol : subprotocols) offered.append(offered.empty() ? "" : ", ").append(subprotocol);
    append_header(request.text, "Sec-WebSocket-Protocol", offered);
  }
  if (compression.enabled) append_header(request.text, "Sec-WebSocket-Extensions", deflate_offer(compression));
  // What the user says about authorization outweighs what the URL says.
  if (!url.authorization.empty() && values_of(headers, "Authorization").empty()) {
    append_header(request.text, "Authorization", url.authorization);
  }
  for (const Header& header : headers) append_header(request.text, header.name, header.value);
  request.text.append("\r\n");
  return request;
}

struct UpgradeReader::State {
  using Answer = std::optional<Result<UpgradeAnswer>>;

  explicit State(const UpgradeRequest& sent) : request(sent), wanted_accept(accept_key(sent.key)) {}
  Answer read_heads(std::span<const std::byte>& bytes);
  Answer judge_head(std::span<const std::byte> rest_of_bytes);
  Answer read_body(std::span<const std::byte> bytes);
  [[nodiscard]] Error refused() const;
  [[nodiscard]] const char* unfinished() const noexcept;

  const UpgradeRequest& request;
  const std::string wanted_accept;
  HeadCollector head;
  bool had_interim = false;             // a 1xx was read
  std::optional<HttpResponse> refusal;  // the head is read, its status is not 101
  std::optional<BodyPrefix> body;       // of the refusal
  std::span<const std::byte> rest;
};

// nullopt: more is needed, or a refusal's body begins.
UpgradeReader::State::Answer UpgradeReader::State::read_heads(std::span<const std::byte>& bytes) {
  while (!refusal) {
    const HeadCollector::Status status = head.feed(bytes);
    // Something that speaks another protocol is told at once, not when the timeout has passed.
    constexpr std::string_view start = "HTTP/1.";
    if (head.text().substr(0, start.size()) != start.substr(0, head.text().size())) {
      return std::unexpected(not_http("the server's answer is not HTTP/1.1"));
    }
    if (status == HeadCollector::Status::too_large) {
      return std::unexpected(not_http("the server's answer has more than 64 KiB of headers"));
    }
    if (status == HeadCollector::Status::need_more) return std::nullopt;
    if (Answer answer = judge_head(bytes)) return answer;
    head.restart();
    had_interim = true;
  }
  return std::nullopt;
}

// nullopt: an interim answer, or a refusal whose body begins.
UpgradeReader::State::Answer UpgradeReader::State::judge_head(std::span<const std::byte> rest_of_bytes) {
  ResponseParser parser;
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // HeadCollector has the limit
  parser.body_limit({});                                           // BodyPrefix has the limit
  error_code ec;
  parser.put(boost::asio::buffer(well_formed(head.text())), ec);
  // Beast wants more also of some heads that are over.
  if ((ec && ec != http::error::need_more) || !parser.is_header_done()) {
    return std::unexpected(not_http("the server's answer is not valid HTTP/1.1: " + ec.message()));
  }
  const auto& message = parser.get();
  std::vector<Header> headers = to_headers(message.base());
  if (headers.size() > max_header_count) {
    return std::unexpected(not_http("the server's answer has more than 100 headers"));
  }
  const auto status = static_cast<int>(message.result_int());
  if (status == 101) {
    if (message.version() != 11) return std::unexpected(not_http("the server's 101 answer is not HTTP/1.1"));
    rest = rest_of_bytes;
    return accept(std::move(headers), request, wanted_accept);
  }
  // RFC 9110 §15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final response".
  if (status / 100 == 1) return std::nullopt;
  refusal = HttpResponse{.status = status, .reason = message.reason(), .headers = std::move(headers), .body = {}};
  body = body_of(parser);
  return std::nullopt;
}

UpgradeReader::State::Answer UpgradeReader::State::read_body(std::span<const std::byte> bytes) {
  if (body->feed(bytes)) return std::nullopt;
  return std::unexpected(refused());
}

Error UpgradeReader::State::refused() const {
  HttpResponse answer = *refusal;
  answer.body = body->text();
  return Error{errc::upgrade_rejected, Phase::upgrade,
               "the server answered " + std::to_string(answer.status) + " instead of 101"}
      .with_http(std::move(answer));
}

// How far the answer had come when the stream ended.
const char* UpgradeReader::State::unfinished() const noexcept {
  if (!head.text().empty()) return "the server closed the connection in the middle of its answer to the upgrade";
  if (had_interim) return "the server closed the connection after an interim answer (1xx) to the upgrade";
  return "the server closed the connection before it answered the upgrade";
}

UpgradeReader::UpgradeReader(const UpgradeRequest& request) : state_(std::make_unique<State>(request)) {}
UpgradeReader::~UpgradeReader() = default;

std::optional<Result<UpgradeAnswer>> UpgradeReader::feed(std::span<const std::byte> bytes) {
  if (!state_->refusal) {
    auto answer = state_->read_heads(bytes);
    if (answer || !state_->refusal) return answer;
  }
  return state_->read_body(bytes);
}

bool UpgradeReader::is_refused() const noexcept { return state_->refusal.has_value(); }

Error UpgradeReader::ended() {
  if (state_->refusal) return state_->refused();
  return Error{errc::disconnected, Phase::upgrade, state_->unfinished()};
}

std::span<const std::byte> UpgradeReader::rest() const noexcept { return state_->rest; }

}  // namespace zenws::ws

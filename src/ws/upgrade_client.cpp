// The client's half of the opening handshake: the request it sends and the answer it accepts (RFC 6455 §4.1).
#include <algorithm>
#include <limits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional/optional.hpp>

#include "ws/http_head.hpp"
#include "ws/upgrade.hpp"

namespace zenws::ws {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

constexpr std::size_t max_body_prefix = std::size_t{4} << 10U;
// Beast is given a chunk's header again until it is whole; more than this of it is not waited for.
constexpr std::size_t max_unparsed = std::size_t{16} << 10U;

// A body of which only the start is kept, however long it says it is.
struct BodyPrefix {
  using value_type = std::string;

  class reader {
   public:
    template <bool is_request, class Fields>
    reader(http::header<is_request, Fields>&, value_type& prefix) : prefix_(prefix) {}

    void init(const boost::optional<std::uint64_t>&, error_code& ec) { ec = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& ec) {
      ec = {};
      for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers);
           ++it) {
        const boost::asio::const_buffer piece = *it;
        prefix_.append(static_cast<const char*>(piece.data()),
                       std::min(piece.size(), max_body_prefix - prefix_.size()));
      }
      return boost::asio::buffer_size(buffers);
    }
    void finish(error_code& ec) { ec = {}; }

   private:
    value_type& prefix_;
  };
};

using ResponseParser = http::response_parser<BodyPrefix>;

Error bad_accept(const char* rule) { return Error{errc::bad_accept, Phase::upgrade, rule}; }
Error not_http(std::string what) { return Error{errc::protocol_error, Phase::upgrade, std::move(what)}; }

// §4.1: "the client MUST validate the server's response as follows", after the status code.
Result<UpgradeAnswer> accept(std::vector<Header> headers, const UpgradeRequest& request) {
  // 2. "If the response lacks an |Upgrade| header field or the |Upgrade| header field contains a value that is not an
  //    ASCII case-insensitive match for the value "websocket", the client MUST _Fail the WebSocket Connection_."
  const auto upgrade = values_of(headers, "Upgrade");
  if (upgrade.empty() || !std::ranges::all_of(upgrade, [](auto v) { return equals_ignoring_case(v, "websocket"); })) {
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
  if (accepted.size() != 1 || accepted[0] != accept_key(request.key)) {
    return std::unexpected(bad_accept("RFC 6455 §4.1: the answer's Sec-WebSocket-Accept does not match the key sent"));
  }
  // 5. "If the response includes a |Sec-WebSocket-Extensions| header field and this header field indicates the use of
  // an
  //    extension that was not present in the client's handshake …": none was.
  if (!elements_of(headers, "Sec-WebSocket-Extensions").empty()) {
    return std::unexpected(bad_accept("RFC 6455 §4.1: the server uses an extension that was not offered"));
  }
  // 6. "If the response includes a |Sec-WebSocket-Protocol| header field and this header field indicates the use of a
  //    subprotocol that was not present in the client's handshake …". §11.3.4: it must not appear more than once.
  const auto chosen = values_of(headers, "Sec-WebSocket-Protocol");
  if (chosen.size() > 1 ||
      (chosen.size() == 1 && std::ranges::find(request.subprotocols, chosen[0]) == request.subprotocols.end())) {
    return std::unexpected(bad_accept("RFC 6455 §4.1: the server chose a subprotocol that was not offered"));
  }
  std::string subprotocol{chosen.empty() ? std::string_view{} : chosen[0]};
  return UpgradeAnswer{.subprotocol = std::move(subprotocol), .headers = std::move(headers)};
}

}  // namespace

UpgradeRequest make_upgrade_request(const Url& url, const std::vector<Header>& headers,
                                    const std::vector<std::string>& subprotocols) {
  UpgradeRequest request{
      .key = make_key(), .subprotocols = subprotocols, .text = "GET " + url.target + " HTTP/1.1\r\n"};
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

  explicit State(const UpgradeRequest& sent) : request(sent) { start_parser(); }

  void start_parser() {
    parser.emplace();
    parser->header_limit(std::numeric_limits<std::uint32_t>::max());  // HeadCollector has the limit
    parser->body_limit(boost::none);                                  // BodyPrefix has the limit
  }
  Answer read_head(std::span<const std::byte>& bytes);
  Answer read_body(std::span<const std::byte> bytes);
  [[nodiscard]] Error refused() const;

  const UpgradeRequest& request;
  HeadCollector head;
  std::optional<ResponseParser> parser;
  std::vector<Header> headers;
  bool is_refused = false;  // the head is read, its status is not 101
  std::string unparsed;     // of the body: a chunk's header that was cut
  std::span<const std::byte> rest;
};

// nullopt: more is needed, or a refused answer's body begins.
UpgradeReader::State::Answer UpgradeReader::State::read_head(std::span<const std::byte>& bytes) {
  while (!is_refused) {
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

    error_code ec;
    parser->put(boost::asio::buffer(head.text()), ec);
    if (ec && ec != http::error::need_more) {
      return std::unexpected(not_http("the server's answer is not valid HTTP/1.1: " + ec.message()));
    }
    const auto& message = parser->get();
    headers = to_headers(message.base());
    if (headers.size() > max_header_count) {
      return std::unexpected(not_http("the server's answer has more than 100 headers"));
    }
    if (message.result_int() == 101) {
      if (message.version() != 11) return std::unexpected(not_http("the server's 101 answer is not HTTP/1.1"));
      rest = bytes;
      return accept(std::move(headers), request);
    }
    // RFC 9110 §15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final response".
    is_refused = message.result_int() / 100 != 1;
    if (!is_refused) {
      head.restart();
      start_parser();
    }
  }
  return std::nullopt;
}

// The body is over when Beast says so, when its kept prefix is full, or when it breaks HTTP: the status counts anyway.
UpgradeReader::State::Answer UpgradeReader::State::read_body(std::span<const std::byte> bytes) {
  unparsed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  parser->eager(true);
  error_code ec;
  while (!ec && !unparsed.empty() && !parser->is_done() && parser->get().body().size() < max_body_prefix) {
    unparsed.erase(0, parser->put(boost::asio::buffer(unparsed), ec));
  }
  const bool is_broken = ec && ec != http::error::need_more;
  if (is_broken || parser->is_done() || parser->get().body().size() >= max_body_prefix ||
      unparsed.size() > max_unparsed) {
    return std::unexpected(refused());
  }
  return std::nullopt;
}

Error UpgradeReader::State::refused() const {
  const auto& message = parser->get();
  const int status = static_cast<int>(message.result_int());
  HttpResponse answer{.status = status, .reason = message.reason(), .headers = headers, .body = message.body()};
  return Error{errc::upgrade_rejected, Phase::upgrade,
               "the server answered " + std::to_string(status) + " instead of 101"}
      .with_http(std::move(answer));
}

UpgradeReader::UpgradeReader(const UpgradeRequest& request) : state_(std::make_unique<State>(request)) {}
UpgradeReader::~UpgradeReader() = default;

std::optional<Result<UpgradeAnswer>> UpgradeReader::feed(std::span<const std::byte> bytes) {
  if (!state_->is_refused) {
    auto answer = state_->read_head(bytes);
    if (answer || !state_->is_refused) return answer;
  }
  return state_->read_body(bytes);
}

Error UpgradeReader::ended() {
  if (state_->is_refused) return state_->refused();
  return Error{errc::disconnected, Phase::upgrade, "the server closed the connection before it answered the upgrade"};
}

std::span<const std::byte> UpgradeReader::rest() const noexcept { return state_->rest; }

}  // namespace zenws::ws

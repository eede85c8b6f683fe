// Any bytes as an upgrade answer or request: the same outcome however they are cut, and documented errors only.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "support/exact_bytes.hpp"
#include "ws/upgrade.hpp"

namespace {

using namespace zenws;  // NOLINT(google-build-using-namespace): a program of one file

void expect(bool condition) {
  if (!condition) std::abort();
}

struct Outcome {
  std::string what;
  std::vector<Header> headers;
  std::optional<HttpResponse> http;
  std::string rest;  // and what was not fed
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome refused(const Error& error) {
  expect(error.phase() == Phase::upgrade);
  expect(error == errc::upgrade_rejected || error == errc::bad_accept || error == errc::protocol_error);
  expect((error == errc::upgrade_rejected) == (error.http() != nullptr));
  Outcome outcome{.what = to_string(error), .headers = {}, .http = {}, .rest = {}};
  if (error.http() != nullptr) outcome.http = *error.http();
  return outcome;
}

Outcome accepted(const ws::UpgradeAnswer& answer) {
  return {.what = "accepted " + answer.subprotocol, .headers = answer.headers, .http = {}, .rest = {}};
}

Outcome accepted(const ws::ClientHello& hello) {
  Outcome outcome{.what = "asked " + hello.target + " " + hello.key, .headers = hello.headers, .http = {}, .rest = {}};
  for (const std::string& subprotocol : hello.subprotocols) outcome.what += " " + subprotocol;
  expect(!ws::make_upgrade_answer(hello, "").empty());
  return outcome;
}

// nullopt: needs more.
template <class Reader>
std::optional<Outcome> outcome_of(Reader& reader, std::string_view wire, std::size_t chunk) {
  while (!wire.empty()) {
    const test::ExactBytes piece{wire.substr(0, chunk)};
    wire.remove_prefix(std::min(chunk, wire.size()));
    const auto answer = reader.feed(piece.bytes());
    if (!answer) continue;
    if (!*answer) return refused(answer->error());
    Outcome outcome = accepted(**answer);
    outcome.rest = std::string{as_text(reader.rest())}.append(wire);
    return outcome;
  }
  return std::nullopt;
}

std::optional<Outcome> read_answer(std::string_view wire, std::size_t chunk) {
  const ws::UpgradeRequest request{.key = "dGhlIHNhbXBsZSBub25jZQ==", .subprotocols = {"v2", "v1"}, .text = {}};
  ws::UpgradeReader reader{request};
  auto outcome = outcome_of(reader, wire, chunk);
  expect(!outcome || !outcome->http || outcome->http->body.size() <= 4096);
  if (outcome) return outcome;
  const Error error = reader.ended();
  if (error == errc::upgrade_rejected) return refused(error);
  expect(error == errc::disconnected);
  return std::nullopt;
}

std::optional<Outcome> read_request(std::string_view wire, std::size_t chunk) {
  ws::UpgradeRequestReader reader;
  auto outcome = outcome_of(reader, wire, chunk);
  expect(!outcome || outcome->http || outcome->what.starts_with("asked"));
  if (outcome && outcome->http) expect(!ws::make_http_answer(*outcome->http).empty());
  return outcome;
}

}  // namespace

// The first byte chooses the side and the size of the pieces, the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = bytes[0];
  const std::string_view wire{reinterpret_cast<const char*>(bytes) + 1, size - 1};
  const auto read = (choice & 1U) != 0 ? read_request : read_answer;
  const auto whole = read(wire, wire.size());
  expect(read(wire, 1) == whole);
  expect(read(wire, 1 + choice / 2) == whole);
  return 0;
}

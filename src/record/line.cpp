#include "record/line.hpp"

#include <array>
#include <charconv>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "base/utf8.hpp"
#include "json/quote.hpp"

namespace zenws::record {

namespace {

void append_number(Buffer& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
}

// What came as text was checked when it came; what users' functions had us send was not.
bool is_text(const Frame& frame) noexcept {
  if (frame.type == Type::binary) return false;
  if (frame.type == Type::event || (frame.type == Type::text && frame.dir == Direction::in)) return true;
  return is_utf8(as_text(frame.payload));
}

// RFC 6455 §5.5.1: two bytes of code, then the reason, or nothing at all (1005, §7.4.1).
void append_close(Buffer& out, std::span<const std::byte> payload, const Redactor& redactor) {
  std::uint64_t code = 1005;
  std::string_view reason;
  if (payload.size() >= 2) {
    code = (std::to_integer<std::uint64_t>(payload[0]) << 8U) | std::to_integer<std::uint64_t>(payload[1]);
    reason = as_text(payload.subspan(2));
  }
  Buffer json;
  json.append(R"({"code":)");
  append_number(json, code);
  json.append(R"(,"reason":)");
  const auto clean = redactor.redact(reason);
  json::append_quoted(json, !is_utf8(reason) ? std::string_view{} : clean ? std::string_view{*clean} : reason);
  json.append("}");
  json::append_quoted(out, as_text(json.bytes()));
}

void append_base64(Buffer& out, std::span<const std::byte> bytes) {
  out.append("\"");
  out.append(base64_encode(bytes));
  out.append(R"(","binary":true)");
}

void append_payload(Buffer& out, const Frame& frame, std::span<const std::byte> payload) {
  if (is_text(frame)) {
    json::append_quoted(out, as_text(payload));
  } else {
    append_base64(out, payload);
  }
}

}  // namespace

void append_line(Buffer& out, std::string_view ts, const Frame& frame, const Redactor& redactor) {
  out.append(R"({"ts":")");
  out.append(ts);
  out.append(frame.dir == Direction::in ? R"(","dir":"in","type":")" : R"(","dir":"out","type":")");
  out.append(to_string(frame.type));
  out.append(R"(","data":)");
  if (frame.type == Type::close) {
    append_close(out, frame.payload, redactor);
  } else if (const auto clean = redactor.redact(as_text(frame.payload))) {
    append_payload(out, frame, as_bytes(*clean));
  } else {
    append_payload(out, frame, frame.payload);
  }
  out.append(R"(,"epoch":)");
  append_number(out, frame.epoch);
  out.append("}\n");
}

}  // namespace zenws::record

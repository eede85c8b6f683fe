// A recording's inbound side, decoded as a live connection's and handed to a handler.
#include <cstring>
#include <optional>

#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/recorder.hpp>

#include "base/buffer.hpp"
#include "base/bytes.hpp"
#include "json/parser.hpp"
#include "link/decoder.hpp"
#include "record/read_line.hpp"
#include "ws/protocol.hpp"

namespace zenws {

namespace {

class Redelivery {
 public:
  Redelivery(const Handler& handler, const ReplayOptions& options)
      : handler_{handler}, decoder_{options.decode_json, options.dialect.get(), [](std::string_view) {}} {}

  void take(const RecordedEntry& entry) {
    using Type = RecordedEntry::Type;
    inbound_.reset();
    if (entry.type == Type::text) decoder_.read_text(inbound_, padded(entry.data), false);
    if (entry.type == Type::binary) link::Decoder::read_binary(inbound_, as_bytes(entry.data));
    if (entry.type == Type::event) take_event(entry.data);
    if (!inbound_) return;
    ++delivered_;
    handler_(ClientRef{}, inbound_->message);
    json::give_back();
  }

  [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }

 private:
  void take_event(std::string_view data) {
    const auto event = record::read_event(data);
    if (!event || event->kind != "protocol_error") return;
    const std::error_code code{static_cast<int>(event->code), error_category()};
    link::Decoder::read_failure(inbound_, Error{code, Phase::open, event->detail});
  }

  // A copy, as simdjson wants texts.
  std::string_view padded(std::string_view text) {
    text_.clear();
    text_.append(text);
    std::memset(text_.extend(ws::text_padding).data(), 0, ws::text_padding);
    text_.truncate(text.size());
    return as_text(std::as_const(text_).bytes());
  }

  const Handler& handler_;
  const link::Decoder decoder_;
  std::optional<link::Inbound> inbound_;
  Buffer text_;
  std::uint64_t delivered_ = 0;
};

}  // namespace

Result<Replayed> Recorder::replay_into(const std::string& path, const Handler& handler, const ReplayOptions& options) {
  if (!handler) return std::unexpected{Error{errc::invalid_config, Phase::config, "A replay needs a handler"}};
  Redelivery redelivery{handler, options};
  ReplayOptions inbound = options;
  inbound.direction = RecordedEntry::Direction::in;
  Result<Replayed> done = replay(path, [&](const RecordedEntry& entry) { redelivery.take(entry); }, inbound);
  if (done) done->delivered = redelivery.delivered();
  return done;
}

}  // namespace zenws

// Makes of a frame the message that the user sees: the one way, for live connections and for recordings.
#pragma once

#include <optional>
#include <string_view>

#include <zenws/options.hpp>

#include "link/heartbeat_wire.hpp"
#include "link/inbound.hpp"

namespace zenws::link {

// Threads: one at a time. What it makes lives until the next message of the thread.
class Decoder {
 public:
  // `dialect`: null is Deribit's. `on_throw`: called with the text of what the dialect throws.
  Decoder(bool decode_json, const Dialect* dialect, HeartbeatWire::OnThrow on_throw)
      : decode_json_{decode_json}, dialect_{dialect}, on_throw_{std::move(on_throw)} {}

  // Requires: UTF-8, ws::text_padding readable bytes behind it. `expects_answers`: look into it for replies and updates
  // also without decode_json, and for Deribit's updates also without a dialect.
  void read_text(std::optional<Inbound>& into, std::string_view text, bool expects_answers) const {
    if (decode_json_ || expects_answers) return read_json(into, text, expects_answers);
    into.emplace(TextMessage{text}, nullptr, Reading{}, text);
  }
  static void read_binary(std::optional<Inbound>& into, std::span<const std::byte> bytes);
  static void read_failure(std::optional<Inbound>& into, const Error& error);

 private:
  void read_json(std::optional<Inbound>& into, std::string_view text, bool expects_answers) const;
  void read_unparsed(std::optional<Inbound>& into, std::string_view text, bool expects_answers) const;
  void make(std::optional<Inbound>& into, std::string_view text, const simdjson::dom::element& json, bool lossy,
            bool expects_answers) const;
  [[nodiscard]] Reading read(const simdjson::dom::element& json, bool expects_answers) const;

  const bool decode_json_;
  const Dialect* const dialect_;  // null: Deribit's, whose replies are known without it
  const HeartbeatWire::OnThrow on_throw_;
};

}  // namespace zenws::link

// Feeds a Protocol in every way in which the net layer may, and writes down what comes out.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "support/exact_bytes.hpp"
#include "ws/protocol.hpp"

namespace zenws::test {

// An event as one line; a name, a blank, and the payload.
inline std::string text_line(std::string_view payload) { return std::string{"text "}.append(payload); }
inline std::string binary_line(std::string_view payload) { return std::string{"binary "}.append(payload); }
inline std::string ping_line(std::string_view payload) { return std::string{"ping "}.append(payload); }
inline std::string pong_line(std::string_view payload) { return std::string{"pong "}.append(payload); }
inline std::string close_line(unsigned code, std::string_view reason = {}) {
  return "close " + std::to_string(code) + " " + std::string{reason};
}
inline std::string failed_line(errc code) { return "failed " + std::to_string(static_cast<int>(code)); }

class ProtocolReader {
 public:
  struct Manner {
    bool keeps = false;           // keep() after every event, and the bytes fed are gone
    bool reads_directly = false;  // uses direct_target()
    bool pads = true;             // text_padding behind what is fed
    std::size_t stops_after = 0;  // not 0: feeds more with events still waiting, after that many of each feed
  };

  ProtocolReader(ws::Role role, ws::Limits limits, Manner manner,
                 std::optional<ws::InflateParams> inflate = std::nullopt)
      : protocol_(role, limits, inflate), manner_(manner) {}

  void feed(std::string_view bytes) {
    if (manner_.reads_directly) bytes.remove_prefix(feed_directly(bytes));
    if (bytes.empty()) return;
    fed_ = std::make_unique<ExactBytes>(bytes, manner_.pads ? ws::text_padding : 0);
    protocol_.feed(fed_->bytes());
    drain(manner_.stops_after);
  }
  // Takes what is waiting.
  void finish() { drain(0); }

  [[nodiscard]] const std::vector<std::string>& events() const noexcept { return events_; }
  [[nodiscard]] ws::Protocol& protocol() noexcept { return protocol_; }

 private:
  std::size_t feed_directly(std::string_view bytes) {
    std::size_t taken = 0;
    for (auto target = protocol_.direct_target(); !target.empty() && taken < bytes.size();
         target = protocol_.direct_target()) {
      const std::size_t count = std::min(target.size(), bytes.size() - taken);
      std::memcpy(target.data(), bytes.data() + taken, count);
      protocol_.fed_directly(count);
      taken += count;
      drain(0);
    }
    return taken;
  }

  // At most `limit` events, then the rest is kept; 0 = all there are.
  void drain(std::size_t limit) {
    for (std::size_t count = 1;; ++count) {
      const ws::Event event = protocol_.next();
      if (event.kind == ws::Event::Kind::need_more) {
        fed_.reset();
        return;
      }
      if (is_over_) return;
      note(event);
      if (manner_.keeps || count == limit) {
        protocol_.keep();
        fed_.reset();
      }
      if (count == limit) return;
    }
  }

  void note(const ws::Event& event) {
    const std::string_view payload = as_text(event.payload);
    switch (event.kind) {
      case ws::Event::Kind::text:
        touch_padding(event.payload);
        return events_.push_back(text_line(payload));
      case ws::Event::Kind::binary:
        return events_.push_back(binary_line(payload));
      case ws::Event::Kind::ping:
        return events_.push_back(ping_line(payload));
      case ws::Event::Kind::pong:
        return events_.push_back(pong_line(payload));
      case ws::Event::Kind::close: {
        is_over_ = true;
        const CloseReason& reason = protocol_.close_reason();
        return events_.push_back(close_line(reason.code, reason.reason));
      }
      case ws::Event::Kind::failed:
        is_over_ = true;
        return events_.push_back("failed " + std::to_string(protocol_.failure().code().value()));
      case ws::Event::Kind::need_more:
        return;
    }
  }

  // A sanitizer sees it when a text's padding is not there.
  void touch_padding(std::span<const std::byte> text) const {
    if (!manner_.pads) return;
    const volatile std::byte* at = text.data();
    for (std::size_t i = 0; i < ws::text_padding; ++i) static_cast<void>(at[text.size() + i]);
  }

  ws::Protocol protocol_;
  Manner manner_;
  std::unique_ptr<ExactBytes> fed_;
  std::vector<std::string> events_;
  bool is_over_ = false;
};

}  // namespace zenws::test

// assert_message_sent(): waits for a matching message, and says what came instead.
#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "testing/state.hpp"

namespace zenws::testing {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t shown_messages = 5;
constexpr std::size_t shown_bytes = 200;
// Keeps any timeout inside the clock's range.
constexpr milliseconds longest_wait = std::chrono::hours{24 * 365};

std::string describe(const ReceivedMessage& message) {
  const std::string_view shown = std::string_view{message.payload}.substr(0, shown_bytes);
  const std::string_view rest = shown.size() < message.payload.size() ? "…" : "";
  if (!message.binary) return fmt::format("[{}] \"{}\"{}", message.connection, shown, rest);
  std::string digits;
  for (const char c : shown) digits += fmt::format(" {:02x}", static_cast<unsigned char>(c));
  return fmt::format("[{}] {} bytes:{}{}", message.connection, message.payload.size(), digits, rest);
}

std::string failure_text(const Matcher& matcher, milliseconds timeout, const Ledger& ledger) {
  const std::uint64_t total = ledger.count();
  const std::string looked_for =
      fmt::format("no client has sent {} within {} ms; ", matcher.description(), timeout.count());
  if (total == 0) return looked_for + "nothing was received";
  const std::vector<ReceivedMessage> last = ledger.last(shown_messages);
  std::string text = fmt::format("{}the last {} of {} received:", looked_for, last.size(), total);
  for (const ReceivedMessage& message : last) text += " " + describe(message) + ",";
  text.pop_back();
  return text;
}

}  // namespace

Result<> assert_message_sent(const Server& server, const Matcher& matcher, milliseconds timeout) {
  const Ledger& ledger = server.state_->listener->common()->ledger;
  // In a script nothing can arrive while this waits: only what is there already counts.
  if (server.state_->loop->is_this_thread()) timeout = milliseconds{0};
  const TimePoint deadline = Clock::now() + std::clamp(timeout, milliseconds{0}, longest_wait);
  std::uint64_t next = 0;
  while (true) {
    const Ledger::Slice slice = ledger.since(next, deadline);
    const auto matches = [&](const ReceivedMessage& message) { return matcher.matches(message); };
    if (std::ranges::any_of(slice.messages, matches)) return {};
    if (slice.messages.empty()) break;
    next = slice.next;
  }
  return std::unexpected{Error{errc::timeout, Phase::none, failure_text(matcher, timeout, ledger)}};
}

}  // namespace zenws::testing

#include "console/lifecycle_lines.hpp"

#include <chrono>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <zenws/message.hpp>

#include "console/duration.hpp"

namespace zenws::program {
namespace {

std::string show_delay(std::chrono::nanoseconds delay) {
  return delay <= std::chrono::nanoseconds{0} ? "at once" : "in " + show_duration(delay);
}

std::string show(const Connected& event) {
  const std::string again = event.epoch == 1 ? "" : fmt::format(", connection {}", event.epoch);
  const std::string chosen = event.subprotocol.empty() ? "" : fmt::format(", subprotocol {}", event.subprotocol);
  return fmt::format("connected in {}{}{}", show_duration(event.connect_time), again, chosen);
}

std::string show(const Disconnected& event) { return fmt::format("disconnected: {}", to_string(event.error)); }

// Tells why once more: after a failed attempt nothing else does.
std::string show(const Reconnecting& event) {
  return fmt::format("reconnecting: {}; trying again {} (retry {})", to_string(event.error), show_delay(event.delay),
                     event.attempt);
}

std::string show(const Restarting& event) {
  return fmt::format("restarting: {}; starting again {} (restart {})", to_string(event.error), show_delay(event.delay),
                     event.restart);
}

std::string show(const Rotated& event) {
  return fmt::format("rotated: connection {} has taken over, both open for {}, {} updates came twice", event.epoch,
                     show_duration(event.overlap), event.repeated);
}

std::string show(const Degraded& event) {
  return fmt::format("degraded, without data: {}", fmt::join(event.channels, ", "));
}

std::string show(const Restored& event) { return fmt::format("restored: {}", fmt::join(event.channels, ", ")); }

std::string show(const SubscriptionRejected& event) {
  return fmt::format("subscription rejected: {}: {}", event.channel, to_string(event.error));
}

std::string show(const Stopped& event) { return fmt::format("stopped: {}", to_string(event.error)); }

}  // namespace

std::string show_lifecycle(const Lifecycle& event) {
  return std::visit([](const auto& what) { return show(what); }, event);
}

}  // namespace zenws::program

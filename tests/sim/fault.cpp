#include "sim/fault.hpp"

#include <algorithm>
#include <array>
#include <random>

#include <fmt/format.h>

namespace zenws::sim {
namespace {

using namespace std::chrono_literals;
using Kind = Fault::Kind;
using Servers = std::vector<testing::Server*>;

constexpr std::array<std::string_view, Fault::kinds> names{
    "a connection is cut",
    "a connection ends without a word",
    "a connection goes silent",
    "a connection stalls",
    "the server says goodbye",
    "the server says goodbye and resets",
    "the server resets all",
    "the server swallows all",
    "the server breaks the protocol",
    "upgrades are refused",
    "upgrades are forbidden",
    "upgrades are answered wrongly",
    "upgrades are not answered",
    "connections are deaf after the upgrade",
    "connections end when they are accepted",
    "all drips",
    "connections are reset in place of an answer",
    "close frames are not answered",
    "connects are refused or lost",
    "names are unknown",
    "names are not answered",
    "the line is slow and narrow",
    "all is well",
};

void set_faults(Venue& venue, const Servers& others, const testing::Faults& faults) {
  venue.set_faults(faults);
  for (testing::Server* server : others) server->set_faults(faults);
}

void disconnect(Venue& venue, const Servers& others, const testing::Disconnect& how) {
  venue.server().simulate_disconnect(how);
  for (testing::Server* server : others) server->simulate_disconnect(how);
}

void break_one(const Fault& fault, SimNet& net, Break how) {
  const std::size_t count = net.connections();
  if (count != 0) net.break_after(fault.pick % count, (fault.pick >> 8U) % 400, how);
}

void befall_connections(const Fault& fault, SimNet& net, Venue& venue, const Servers& others) {
  switch (fault.kind) {
    case Kind::cut:
      return break_one(fault, net, Break::reset);
    case Kind::fin:
      return break_one(fault, net, Break::fin);
    case Kind::silence:
      return break_one(fault, net, Break::silence);
    case Kind::stall:
      if (const std::size_t count = net.connections(); count != 0) net.stall(fault.pick % count, 20s);
      return;
    case Kind::goodbye:
      return venue.say_goodbye();
    case Kind::parting:
      return venue.say_goodbye_and_reset();
    case Kind::abrupt:
      return disconnect(venue, others, testing::Disconnect::abrupt());
    case Kind::half_open:
      return disconnect(venue, others, testing::Disconnect::half_open());
    default:
      venue.server().inject_raw("\xff\xff\xff");
  }
}

testing::Faults upgrade_faults(Kind kind) {
  switch (kind) {
    case Kind::refusals:
      return {.refuse_upgrade = HttpResponse{.status = 503, .reason = "Service Unavailable"}};
    case Kind::forbidden:
      return {.refuse_upgrade = HttpResponse{.status = 403, .reason = "Forbidden"}};
    case Kind::wrong_accept:
      return {.wrong_accept_key = true};
    case Kind::mute_upgrades:
      return {.delay_upgrade = 1h};
    case Kind::deaf_upgrades:
      return {.stall = true};
    case Kind::early_ends:
      return {.accept_then_close = true};
    case Kind::dripping:
      return {.delay_upgrade = 700ms, .delay_messages = 20ms, .fragment_size = 7};
    case Kind::drop_on_answer:
      return {.drop_after_messages = 5};
    default:
      return {.ignore_close = true};
  }
}

void befall_network(Kind kind, Weather& weather) {
  if (kind == Kind::bad_connects) weather.refused = weather.lost = 0.3;
  if (kind == Kind::unknown_names) weather.names = Weather::Names::unknown;
  if (kind == Kind::hanging_names) weather.names = Weather::Names::hanging;
  if (kind != Kind::narrow_line) return;
  weather.most_latency = 800ms;
  weather.window = 256;
}

}  // namespace

std::string to_string(const Fault& fault) {
  const std::chrono::duration<double> seconds = fault.when;
  return fmt::format("{:.3f} s {} ({})", seconds.count(), names.at(static_cast<std::size_t>(fault.kind)), fault.pick);
}

std::vector<Fault> draw_faults(std::uint64_t seed, Duration span) {
  std::mt19937_64 random{seed ^ 0xfa17U};
  std::vector<Fault> faults(12 + random() % 20);
  for (Fault& fault : faults) {
    fault.when = Duration{static_cast<Duration::rep>(random() % static_cast<std::uint64_t>(span.count()))};
    // What lasts is ended soon.
    fault.kind = random() % 4 == 0 ? Kind::well : static_cast<Kind>(random() % Fault::kinds);
    fault.pick = random() % 100'000;
  }
  std::ranges::sort(faults, {}, &Fault::when);
  return faults;
}

void happen(const Fault& fault, SimNet& net, Venue& venue, const Servers& others) {
  net.world().log("fault: " + std::string{names.at(static_cast<std::size_t>(fault.kind))});
  if (fault.kind == Kind::well) return end_faults(net, venue, others);
  venue.has_trouble(fault.kind >= Kind::refusals);  // those go on
  if (fault.kind <= Kind::broken_frame) return befall_connections(fault, net, venue, others);
  if (fault.kind <= Kind::no_goodbyes) return set_faults(venue, others, upgrade_faults(fault.kind));
  befall_network(fault.kind, net.weather);
}

void end_faults(SimNet& net, Venue& venue, const Servers& others) {
  venue.is_well();
  net.weather = {};
  set_faults(venue, others, {});
}

}  // namespace zenws::sim

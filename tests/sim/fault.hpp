// What may go wrong, and when: drawn from a seed, in a list that can be shortened.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/network.hpp"
#include "sim/venue.hpp"

namespace zenws::sim {

struct Fault {
  enum class Kind : std::uint8_t {
    cut,             // a connection is reset, after some bytes
    fin,             // a connection ends as if the server had closed it, after some bytes
    silence,         // a connection is half open from some byte on
    stall,           // a connection takes nothing for a while
    goodbye,         // the server says last words and closes
    parting,         // the server says last words, closes and resets at once
    abrupt,          // the server resets all
    half_open,       // the server swallows what comes
    broken_frame,    // the server breaks the protocol
    refusals,        // upgrades are refused
    forbidden,       // upgrades are refused for good: only a supervisor comes back
    wrong_accept,    // upgrades are answered wrongly
    mute_upgrades,   // upgrades are never answered
    deaf_upgrades,   // connections stall after the upgrade
    early_ends,      // connections are closed as soon as they are accepted
    dripping,        // upgrades come late, messages late and in pieces
    drop_on_answer,  // connections are reset instead of the fifth answer
    no_goodbyes,     // close frames are not answered
    bad_connects,    // connects are refused, or lost
    unknown_names,   // names are not found
    hanging_names,   // names are not answered
    narrow_line,     // the line is slow and takes little
    well,            // all is well
  };
  static constexpr auto kinds = static_cast<std::uint64_t>(Kind::well) + 1;

  Duration when{};  // since the world began
  Kind kind{};
  std::uint64_t pick = 0;  // which connection, how many bytes
};

[[nodiscard]] std::string to_string(const Fault& fault);
// In order of time, within `span`.
[[nodiscard]] std::vector<Fault> draw_faults(std::uint64_t seed, Duration span);

void happen(const Fault& fault, SimNet& net, Venue& venue, const std::vector<testing::Server*>& others);
// Ends the faults that last.
void end_faults(SimNet& net, Venue& venue, const std::vector<testing::Server*>& others);

}  // namespace zenws::sim
